internal import SystemPackage
package import Wire

/// All that brings a node back to the K3s it had: binary, unit, environment, configuration, identity. One a run.
package struct RollbackKit: Sendable, Equatable {
    /// Bytes that stay free on the kit's disk when it is saved.
    package static let reserve: Int64 = 128 << 20

    package let saved: SavedFolder

    package init(_ saved: SavedFolder) { self.saved = saved }

    /// What a kit of this installation holds; files that do not exist are left out.
    package static func items(of installation: NodeInstallation) throws(NodeError) -> [SavedFolder.Item] {
        [SavedFolder.Item(.binary, installation.binary)] + (try NodeFiles.definition(of: installation))
            + NodeFiles.identity(of: installation)
    }

    /// Saves the kit of a run, or gives back the one that it has: the first is the one from before the run.
    ///
    /// - Parameter isEnabled: whether systemd starts the unit at boot, so that a put-back leaves it so.
    package static func save(
        of installation: NodeInstallation, version: K3sVersion, isEnabled: Bool, run: String, in store: SavedStore,
        created: Int64
    ) async throws(NodeError) -> RollbackKit {
        if let saved = try store.open(run) { return RollbackKit(saved) }
        let place = try store.prepare(run)
        let items = try items(of: installation)
        try FreeSpace(at: place).require(
            SavedFolder.size(of: items, in: installation.root), reserve: reserve, at: place, for: "the rollback kit")
        let facts = [
            Fact.version: "\(version)", Fact.unit: installation.unit.name, Fact.enabled: "\(isEnabled)",
            Fact.role: installation.role.rawValue, Fact.node: installation.nodeName,
        ]
        let saved = try await SavedFolder.save(
            items, of: installation.root, to: place, name: run, created: created, facts: facts)
        guard saved.manifest.files.contains(where: { $0.part == .binary }) else {
            throw NodeError(
                .fileMissing, "\(installation.binary) is not there: nothing to roll back to",
                wayOut: "reinstall K3s on this node by hand first")
        }
        return RollbackKit(saved)
    }

    /// Names of the facts in a kit's manifest.
    private enum Fact {
        static let version = "version"
        static let unit = "unit"
        static let enabled = "enabled"
        static let role = "role"
        static let node = "node"
    }

    /// The version that the kit's binary is of.
    package var version: K3sVersion? { saved.manifest.facts[Fact.version].flatMap { K3sVersion($0) } }
    package var unitName: String? { saved.manifest.facts[Fact.unit] }
    package var wasEnabled: Bool { saved.manifest.facts[Fact.enabled] == "true" }

    /// The saved binary's digest.
    package var binary: FileDigest? { saved.manifest.files.first { $0.part == .binary }?.digest }
}
