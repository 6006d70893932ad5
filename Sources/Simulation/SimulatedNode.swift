internal import AgentCore
internal import CoordinatorCore
internal import Wire

/// A node: its disk, its service, and the agent on it.
final class SimulatedNode {
    let name: NodeName
    let role: Role
    /// The node's CLOCK_BOOTTIME is the world's time plus this.
    let clockOffset: Int

    // The disk.
    var journal: [Record] = []
    var binary: K3sVersion

    // The service.
    var running: K3sVersion?
    /// What the API server last heard from this node's kubelet.
    var shownVersion: K3sVersion
    var downSince: Int?
    /// Counts starts, so that the end of an earlier one falls away.
    var starts = 0
    /// How often the service was started on the run's target by a step of ours.
    var restartsByStep = 0
    var startFails = false
    /// How often the host lost its power.
    var reboots = 0

    // The node object.
    var unschedulable = false
    var mark: CordonMark?

    // The host and the agent.
    var hostUp = true
    var frozenUntil = 0
    var agentLife = 0
    var agent: AgentMachine?
    var inFlight: Effect?
    var cancelled = false
    var nextWake: Int?

    init(name: NodeName, role: Role, clockOffset: Int, version: K3sVersion) {
        self.name = name
        self.role = role
        self.clockOffset = clockOffset
        binary = version
        running = version
        shownVersion = version
    }

    /// A kubelet that stopped keeps showing Ready for some 47 s.
    func showsReady(at now: Int) -> Bool {
        guard let downSince else { return true }
        return now - downSince < 47_000
    }

    func heartbeat(at now: Int) -> String { "\((downSince ?? now) / 1_000)" }
}

/// An operator's coordinator process.
struct SimulatedCoordinator {
    var rollout: Rollout?
    /// The number of the open connection to each node.
    var connections: [Int?]
    var nextWake: Int?
    var cut: [Bool]
    var ending: Ending?
}
