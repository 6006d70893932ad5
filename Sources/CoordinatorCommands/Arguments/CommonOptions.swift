package import ArgumentParser
internal import CoordinatorRuntime

/// What every command takes.
package struct CommonOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The cluster's inventory.", valueName: "file"))
    package var inventory = "cluster.yaml"

    @Option(name: .shortAndLong, help: "How facts are written: text, json or markdown (reports).")
    package var output: OutputFormat = .text

    package init() {}

    func load() throws(InventoryError) -> Inventory { try Inventory.load(inventory) }
}
