import AgentCore
import Wire

/// A node of the fleet: its disk, its service, its place in the cluster, and the agent on it.
struct Peer {
    let name: NodeName
    let role: Role
    /// Its clock has nothing to do with anybody else's.
    let clock: Int
    var machine: AgentMachine?
    var journal: [Record] = []
    /// The coordinator's connection, by number; nil while there is none.
    var link: Int?
    var effect: Effect?
    var binary: K3sVersion
    var running: K3sVersion
    var ready = true
    var restarts = 0
    var unschedulable = false
    var mark: CordonMark?

    func observed(at now: Int) -> ObservedNode {
        ObservedNode(
            name: name, isServer: role == .server, version: running, ready: ready, schedulable: !unschedulable,
            cordon: mark, heartbeat: ready ? "\(now / 1_000)" : "gone", isVoter: nil)
    }
}
