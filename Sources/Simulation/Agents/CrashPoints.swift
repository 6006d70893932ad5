/// Every point at which a process can be killed so that it makes a difference, counted: before and after each record is
/// on the disk, before and after each effect, and between a coordinator's messages. The counting is the same in every
/// run of a seed, so that a later run can kill at exactly one of them.
struct CrashPoints {
    enum Victim: CaseIterable {
        /// The agent is killed; its host loses its power; its host loses its power while a record is being written.
        case agent, host, write
        case coordinator
    }

    private(set) var agentPoints = 0
    private(set) var coordinatorPoints = 0
    /// Where to kill, and whom; nil where nobody is to be killed.
    var kill: (victim: Victim, point: Int)?

    /// Whether the agent, or its host, dies here.
    mutating func reachesAgent() -> Victim? {
        agentPoints += 1
        guard let kill, kill.victim != .coordinator, kill.point == agentPoints else { return nil }
        return kill.victim
    }

    mutating func reachesCoordinator() -> Bool {
        coordinatorPoints += 1
        guard let kill, kill.victim == .coordinator else { return false }
        return kill.point == coordinatorPoints
    }
}
