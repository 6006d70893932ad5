package import SystemPackage

/// What the agent keeps, below one folder of its own (0700, root's).
package struct AgentStores: Sendable {
    package let folder: FilePath

    package init(_ folder: FilePath = AgentPlaces.state) { self.folder = folder }

    var kits: SavedStore { SavedStore(folder.appending("kits")) }
    var snapshots: SnapshotStore { SnapshotStore(SavedStore(folder.appending("snapshots"))) }
    /// For transient units: their variables and their output.
    var work: FilePath { folder.appending("work") }
    /// Credentials for asking the API server while it is away.
    var probe: FilePath { folder.appending("probe") }
    var kubectlCache: FilePath { folder.appending("kubectl") }
    func coldCopy(of run: String) -> FilePath { folder.appending("cold").appending(run) }
}
