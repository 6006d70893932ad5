package import SystemPackage

/// Where the agent keeps what is its own.
package struct AgentPlaces: Sendable {
    /// 0700, root's: journal, kits, snapshots, what transient units print.
    package let state: FilePath
    /// The socket that systemd listens on for us.
    package let socket: FilePath

    package init(
        state: FilePath = "/var/lib/k3s-upgrade-agent", socket: FilePath = "/run/k3s-upgrade-agent/agent.sock"
    ) {
        self.state = state
        self.socket = socket
    }

    var kits: SavedStore { SavedStore(state.appending("kits")) }
    var snapshots: SnapshotStore { SnapshotStore(SavedStore(state.appending("snapshots"))) }
    /// For transient units: their variables and their output.
    var work: FilePath { state.appending("work") }
    var kubectlCache: FilePath { state.appending("kubectl") }
    func coldCopy(of run: String) -> FilePath { state.appending("cold").appending(run) }
}
