package import Wire

/// Brings a run's binaries to the nodes that still have to stage them, before the run begins: fetched and checked here,
/// once for each architecture, then sent to each node, which checks again and for itself. Nothing else is changed by it.
package struct BinaryPush: Sendable {
    /// What happens, for whoever watches.
    package enum Note: Hashable, Sendable {
        case fetching(K3sVersion, Architecture, from: SiteAddress)
        case sending(NodeName, sent: Int64, of: Int64)
        case present(NodeName)
        case kept(NodeName, size: Int64, seconds: Double)
    }

    /// Nodes that are sent to at a time: they share the operator's line.
    private static let together = 4

    private let inventory: Inventory
    private let fetcher: Fetcher
    private let onNote: @Sendable (Note) -> Void

    package init(inventory: Inventory, fetcher: Fetcher, onNote: @escaping @Sendable (Note) -> Void) {
        self.inventory = inventory
        self.fetcher = fetcher
        self.onNote = onNote
    }

    /// The nodes of a plan that have not staged its release yet, and can be spoken to.
    package static func nodes(of prepared: RunPreparation.Prepared, assumeDown: [NodeName] = []) -> [PlannedNode] {
        prepared.plan.steps.filter { $0.kind == .stage }.map(\.node)
            .filter { !prepared.staged.contains($0) && !assumeDown.contains($0) }
            .compactMap { prepared.plan.node($0) }
    }

    /// - Returns: what went wrong, by node, in the order of the plan; none if every node has its binary.
    ///
    /// Throws what fetching throws; no node was spoken to then.
    package func run(
        _ prepared: RunPreparation.Prepared, assumeDown: [NodeName] = []
    ) async throws(CoordinatorError) -> [CoordinatorError] {
        let nodes = Self.nodes(of: prepared, assumeDown: assumeDown)
        var binaries: [Architecture: ReleaseBinary] = [:]
        for architecture in Set(nodes.map(\.architecture)).sorted(by: { $0.rawValue < $1.rawValue }) {
            binaries[architecture] = try await binary(of: prepared.plan, for: architecture)
        }
        let sendings = nodes.compactMap { planned -> (InventoryNode, ReleaseBinary)? in
            guard let node = inventory.node(planned.name), let binary = binaries[planned.architecture] else {
                return nil
            }
            return (node, binary)
        }
        let ended = await concurrently(sendings, atMost: Self.together) {
            [inventory, onNote] sending throws(CoordinatorError) in
            try await NodePush(node: sending.0, ssh: inventory.ssh, binary: sending.1, onNote: onNote).run()
        }
        return ended.compactMap { _, result in
            guard case .failure(let error) = result else { return nil }
            return error
        }
    }

    private func binary(
        of plan: Plan, for architecture: Architecture
    ) async throws(CoordinatorError) -> ReleaseBinary {
        guard let sha256 = plan.release.sha256(for: architecture) else {
            throw CoordinatorError(
                .planUnreadable, .failed, "the plan names no binary for \(architecture.rawValue)",
                wayOut: "leave the run behind with --supersede")
        }
        let address = ReleaseBinary.address(of: plan.target, for: architecture, at: inventory.release)
        onNote(.fetching(plan.target, architecture, from: address))
        return try await ReleaseBinary.fetch(
            plan.target, for: architecture, sha256: sha256, from: inventory.release, by: fetcher)
    }
}
