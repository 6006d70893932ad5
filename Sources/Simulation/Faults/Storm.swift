internal import AgentCore
internal import CoordinatorCore
internal import Wire

/// What is to go wrong in a run: some of it at any time, some as soon as a certain moment comes.
struct Storm {
    struct Aimed {
        let fault: Fault
        let moment: Moment
        /// How often the moment comes before it strikes.
        var skips: Int
    }

    var aimed: [Aimed] = []
    /// Whether agents die between two actions of one input.
    var crashesAtActions = false
    /// Whether hosts stand still with a grant in their sockets' buffers.
    var freezesAtGrants = false
    var usesInstaller = true
    /// Whether operators leave a run alone that was interrupted last.
    var operatorsLeave = false
    /// Until when the network is slow.
    var slowUntil = 0
}

extension World {
    /// A rollback comes more often than its turn: at most moments there is nothing yet to roll back.
    private static let kinds = FaultKind.allCases + Array(repeating: .rollBack, count: 4)

    /// A third of the faults strike at any time, the others are aimed at a moment, so that short ones are struck as
    /// often.
    func gather(_ faults: Int) {
        storm.usesInstaller = !chance.chance(1, in: 4)
        storm.operatorsLeave = faults > 0 && chance.chance(1, in: 5)
        storm.crashesAtActions = faults > 0 && chance.chance(1, in: 2)
        storm.freezesAtGrants = faults > 0 && chance.chance(1, in: 4)
        for number in 0..<faults {
            guard let kind = chance.pick(Self.kinds) else { continue }
            if number % 3 == 0 {
                agenda.enter(.fault(Fault(kind: kind)), at: chance.pick(0...120_000))
                continue
            }
            guard let moment = target(for: kind) else { continue }
            let skips = chance.chance(1, in: 2) ? 0 : chance.pick(0...4)
            storm.aimed.append(Storm.Aimed(fault: Fault(kind: kind), moment: moment, skips: skips))
            prepare(moment)
            // Once something was rolled back, all of an upgrade comes again with something to roll back.
            if kind == .rollBack { prepare(.stage(.clearing)) }
        }
    }

    /// A moment to aim at. What a superseded run holds is cleared only where a rollback meets a drained worker: that
    /// moment is rare, and aimed at the more often where it can come; others are soon over, and aimed at twice as often.
    private func target(for kind: FaultKind) -> Moment? {
        let isPossible = nodes.count(where: { $0.role == .worker }) > 1
        if isPossible, chance.chance(1, in: 5) { return .stage(.clearing) }
        let moments = isPossible ? kind.moments : kind.moments.filter { $0 != .stage(.clearing) }
        return chance.pick(moments + moments.filter(Self.short.contains))
    }

    private static let short: [Moment] = [
        .stage(.givingBack), .stage(.releasing), .stage(.concluding), .phase(.uncordon), .undoing,
    ]

    /// Some moments come only after something went wrong: that is then made to.
    private func prepare(_ moment: Moment) {
        let preparation: (kind: FaultKind, at: [Moment])? =
            switch moment {
            case .undoing: (.phaseFails, [.phase(.fetch), .phase(.cordon), .phase(.evict), .phase(.check)])
            case .stage(.givingBack), .stage(.releasing):
                (.interrupt, [.phase(.evict), .phase(.check), .phase(.place), .stage(.gating), .phase(.await)])
            case .stage(.settling): (.takeOver, [.phase(.fetch), .phase(.installer), .phase(.await), .phase(.evict)])
            case .stage(.clearing): (.rollBack, [.phase(.evict), .phase(.check), .phase(.await), .phase(.awaitNode)])
            case .nobodyLeads: (.coordinatorDies, [.phase(.evict), .phase(.await), .stage(.gating)])
            default: nil
            }
        guard let preparation, let at = chance.pick(preparation.at) else { return }
        storm.aimed.append(
            Storm.Aimed(fault: Fault(kind: preparation.kind), moment: at, skips: chance.pick(0...6)))
    }

    /// A moment has come, which lasts for about so long.
    func aim(at moment: Moment, node: Int?, within milliseconds: Int) {
        guard faultsOn, !storm.aimed.isEmpty else { return }
        var index = 0
        while index < storm.aimed.count {
            guard storm.aimed[index].moment == moment else {
                index += 1
                continue
            }
            guard storm.aimed[index].skips == 0 else {
                storm.aimed[index].skips -= 1
                index += 1
                continue
            }
            let kind = storm.aimed[index].fault.kind
            let isIdle = kind == .rollBack ? rollbackCandidates.isEmpty : kind.isOfWrite && writers(at: moment).isEmpty
            guard !isIdle else {
                index += 1
                continue
            }
            var fault = storm.aimed.remove(at: index).fault
            if kind.isOfNode { fault.node = node ?? (kind.isOfWrite ? chance.pick(writers(at: moment)) : nil) }
            agenda.enter(.fault(fault), at: now + chance.pick(0...max(0, milliseconds - 1)))
        }
    }

    /// The agents that may write at a moment. While nodes are given back only those do that hold one.
    private func writers(at moment: Moment) -> [Int] {
        guard moment == .stage(.givingBack) || moment == .stage(.clearing) else { return Array(nodes.indices) }
        return nodes.indices.filter { nodes[$0].agent?.machine.state.held.isEmpty == false }
    }

    /// Counts a fault for the moments at which it struck.
    func struck(_ kind: FaultKind, node: Int?) {
        mark(kind, moments(of: node), node: node)
    }

    func mark(_ kind: FaultKind, _ moments: [Moment], node: Int?) {
        say("fault: \(kind)\(node.map { " at \(nodes[$0].name)" } ?? "")")
        for moment in moments { coverage.mark(kind, at: moment.place) }
    }

    /// What it is the moment for: the leader's stage, and the phases of the node, or of all nodes.
    func moments(of node: Int?) -> [Moment] {
        var phases = [leader.map { Moment.stage(coordinators[$0].activity) } ?? .nobodyLeads]
        if let node {
            if let phase = nodes[node].phase { phases.append(phase) }
            // What strikes a node strikes what is being done to it by another's agent.
            for other in nodes where other.inFlight?.step.node == nodes[node].name && other !== nodes[node] {
                if let phase = other.phase, !phases.contains(phase) { phases.append(phase) }
            }
        } else {
            for node in nodes { if let phase = node.phase, !phases.contains(phase) { phases.append(phase) } }
        }
        return phases
    }
}
