internal import ArgumentParser
internal import CoordinatorRuntime
internal import Wire

/// How to deal with a coordinator that holds the lock, and with agents that cannot give it.
struct LockOptions: ParsableArguments {
    @Flag(help: "Succeed another coordinator that is still alive.") var takeOver = false

    @Option(
        help: ArgumentHelp(
            "Go on with an open run though this node's agent cannot be asked. Only if it leads nothing and does nothing.",
            valueName: "node"),
        transform: NodeName.argument)
    var assumeDown: [NodeName] = []

    /// What they ask for has to fit the run; who loses its lock by it is asked about.
    ///
    /// Throws `unknown-node`; `no-open-run`, since a new plan needs every node's word; what `TakeOver.confirm` throws.
    func check(against prepared: RunPreparation.Prepared, in inventory: Inventory) throws {
        // One that was taken out of the inventory for good may still be a node of the run.
        for node in assumeDown where inventory.node(node) == nil && prepared.plan.node(node) == nil {
            throw CoordinatorError.unknown(node, in: inventory)
        }
        guard prepared.resumes || assumeDown.isEmpty else {
            throw CoordinatorError(
                .noOpenRun, .usage, "--assume-down is for going on with a run, and none is open",
                wayOut: "bring the node back, or take it out of the cluster and of the inventory")
        }
        if takeOver { try TakeOver.confirm(from: prepared.holder) }
    }
}

extension CoordinatorError {
    static func unknown(_ node: NodeName, in inventory: Inventory) -> CoordinatorError {
        CoordinatorError(
            .unknownNode, .usage, "\(node) is not in the inventory",
            wayOut: "it lists \(inventory.inOrder.map(\.name.text).joined(separator: ", "))")
    }
}

extension CoordinatorError.Code {
    static let unknownNode = Self(rawValue: "unknown-node")
    static let noOpenRun = Self(rawValue: "no-open-run")
}
