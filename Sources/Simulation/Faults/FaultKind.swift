internal import CoordinatorCore
internal import Wire

/// What can go wrong.
package enum FaultKind: Int, CaseIterable, Sendable {
    // The network between operators and nodes, and between nodes.
    /// Everything takes seconds.
    case delay
    /// A connection is reset, and what was on its way is lost.
    case loss
    /// A connection is given up, what was on its way arrives all the same, and the question is asked again on the next.
    case duplicate
    /// What was on its way arrives long after what was sent later on another connection.
    case reorder
    /// A coordinator and a node do not reach each other; what is sent arrives afterwards, or never.
    case partition
    /// A node's kubelet does not reach the API.
    case nodeApart
    /// What the node says is swallowed, what it is told arrives.
    case halfOpen

    // Clocks.
    case drift
    case hostFreezes
    case coordinatorFreezes

    // Disks.
    case writeLost
    case writeTorn
    case diskFull

    // Processes and hosts.
    case agentDies
    case hostLosesPower
    case coordinatorDies

    // The cluster's API.
    case apiDown
    case apiSlow
    case apiStale

    // The work itself.
    case phaseFails
    case serviceDoesNotStart
    case installerLeavesUnitBroken

    // Operators.
    case secondRun
    case takeOver
    case interrupt
    case resumeAtOnce
    case rollBack
    case assumeDown
    case release
    case wrongTarget
}

extension FaultKind {
    /// The moments at which it can strike. A disk's fault strikes a write, so only where something is written; a process
    /// that is not there cannot die.
    package var moments: [Moment] {
        switch self {
        case .writeLost, .writeTorn, .diskFull:
            return Moment.all.filter { $0 != .nobodyLeads && !Self.writesNothing.contains($0) }
        case .phaseFails:
            // The installer's failure is none of its step's: what it leaves broken is a fault of its own.
            let others: [Moment] = [.phase(.installer), .phase(.restart), .phase(.await)]
            return Moment.all.filter { !$0.isStage && !others.contains($0) }
        case .serviceDoesNotStart: return [.phase(.restart)]
        case .installerLeavesUnitBroken: return [.phase(.installer)]
        case .coordinatorDies, .coordinatorFreezes, .interrupt, .resumeAtOnce:
            return Moment.all.filter { $0 != .nobodyLeads }
        case .delay, .loss, .duplicate, .reorder, .partition, .halfOpen:
            return Moment.all.filter { $0 != .nobodyLeads }
        // A worker that can be rolled back was upgraded after every server, and only servers copy cold.
        case .rollBack: return Moment.all.filter { $0 != .phase(.coldCopy) }
        default: return Moment.all
        }
    }

    /// Stages in which no agent writes a record for its coordinator.
    private static let writesNothing: [Moment] = [.stage(.surveying), .stage(.settling), .stage(.gating)]

    /// Whether it strikes the next record that an agent writes.
    var isOfWrite: Bool { self == .writeLost || self == .writeTorn }

    /// Whether it strikes one node, and counts for the phase that this node is in.
    var isOfNode: Bool {
        switch self {
        case .delay, .loss, .duplicate, .reorder, .partition, .nodeApart, .halfOpen, .drift, .hostFreezes, .writeLost,
            .writeTorn, .diskFull, .agentDies, .hostLosesPower, .phaseFails, .serviceDoesNotStart,
            .installerLeavesUnitBroken:
            true
        case .coordinatorFreezes, .coordinatorDies, .apiDown, .apiSlow, .apiStale, .secondRun, .takeOver, .interrupt,
            .resumeAtOnce, .rollBack, .assumeDown, .release, .wrongTarget:
            false
        }
    }
}

/// One fault that is to strike.
struct Fault {
    let kind: FaultKind
    /// Where; nil for any node.
    var node: Int?
}
