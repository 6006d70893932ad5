internal import AgentCore
internal import Wire

/// A node: its disk, its service, and the agent on it.
final class SimulatedNode {
    let name: NodeName
    let role: Role
    var clock: MachineClock

    // The disk.
    var disk = SimulatedDisk()
    var binary: K3sVersion
    /// What the stage step fetched, and the version whose files the kit keeps, with the run that saved it.
    var staged: K3sVersion?
    var kit: (run: RunID, version: K3sVersion)?
    /// Whether unit and environment are as they were before the run.
    var unitIsWhole = true
    var installerLeavesUnitBroken = false

    // The service.
    var running: K3sVersion?
    var downSince: Int?
    var upSince = 0
    /// Whether it was a step of ours that took the service down.
    var stoppedByStep = false
    /// Counts starts, so that the end of an earlier one falls away.
    var starts = 0
    /// The run of the step that started it, until it is up.
    var restartedFor: RunID?
    var startFails = false

    // The node object.
    var status: NodeStatus
    /// What the API shows while it answers stale; nil where it shows the truth.
    var staleView: NodeView?
    /// Since when the kubelet cannot reach the API.
    var apartSince: Int?
    var unschedulable = false
    var mark: CordonMark?
    let cordonedByOperator: Bool

    // The host and the agent.
    var hostUp = true
    var frozenUntil = 0
    var agentLife = 0
    var agent: AgentProcess?
    var inFlight: Effect?
    /// The phase that its agent is in, until the next one begins or the step has ended.
    var phase: Moment?
    var effectFails = false
    var cancelled = false
    var nextWake: Int?
    /// Actions that wait for room on the disk, and who asked.
    var waiting: (actions: [Action], asker: Asker?)?

    init(
        name: NodeName, role: Role, clock: MachineClock, version: K3sVersion, cordonedByOperator: Bool
    ) {
        self.name = name
        self.role = role
        self.clock = clock
        self.cordonedByOperator = cordonedByOperator
        unschedulable = cordonedByOperator
        binary = version
        running = version
        status = NodeStatus(version: version)
    }
}

/// Who waits for an agent's answer.
struct Asker {
    let link: Link
    let id: Int
}
