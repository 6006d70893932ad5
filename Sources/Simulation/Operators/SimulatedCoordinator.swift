internal import CoordinatorCore
internal import Wire

/// An operator's coordinator process, from its start to its end.
final class SimulatedCoordinator {
    var rollout: Rollout
    /// Whether the process is there.
    var isAlive = true
    var links: [Link?]
    /// Until when the network keeps it from each node.
    var cutUntil: [Int]
    var clock: MachineClock
    var frozenUntil = 0
    var nextWake: Int?
    var ending: Ending? {
        didSet { if case .done = ending { isDone = true } }
    }
    private(set) var isDone = false
    /// Whether it ever had every agent's promise.
    var hasLed = false
    var activity = Rollout.Activity.surveying
    let purpose: Plan.Purpose
    let assumedDown: [NodeName]
    /// The node that its run takes back.
    let takesBack: NodeName?
    /// Interrupts itself as soon as it leads: an operator who only wants back what a dead run holds.
    let onlyReleases: Bool

    init(_ rollout: Rollout, _ setup: Rollout.Setup, nodes: Int, clock: MachineClock, onlyReleases: Bool) {
        self.rollout = rollout
        self.clock = clock
        purpose = setup.plan.purpose
        assumedDown = setup.assumeDown
        takesBack = setup.plan.purpose == .rollback ? setup.plan.steps.first?.node : nil
        self.onlyReleases = onlyReleases
        links = Array(repeating: nil, count: nodes)
        cutUntil = Array(repeating: 0, count: nodes)
    }
}
