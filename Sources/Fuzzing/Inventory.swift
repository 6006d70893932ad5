internal import CoordinatorRuntime
internal import Wire

extension FuzzTarget {
    /// A `cluster.yaml`.
    static let inventory = FuzzTarget("inventory") { bytes in
        guard let yaml = text(bytes) else { return }
        let inventory: Inventory
        do throws(InventoryError) {
            inventory = try Inventory(yaml: yaml, file: "cluster.yaml")
        } catch {
            try demand(!error.problems.isEmpty, "an inventory is refused without a reason")
            for problem in error.problems {
                let shown = problem.message + problem.wayOut
                try demand(shown == shown.cleaned(limit: 8192), "a problem is not fit for a terminal or a log")
                try demand(problem.line >= 0 && problem.column >= 0, "a problem has no place")
            }
            return
        }
        try demand(!inventory.servers.isEmpty, "an inventory without a server is taken")
        try demand(Set(inventory.nodes.map(\.name)).count == inventory.nodes.count, "a node is listed twice")
        let again: Inventory
        do {
            again = try Inventory(yaml: inventory.yaml, file: "cluster.yaml")
        } catch {
            throw Broken(description: "what is written of an inventory is refused: \(error)")
        }
        try demand(again == inventory, "an inventory is not read back as it was written")
    }
}
