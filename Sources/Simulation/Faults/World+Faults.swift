internal import Wire

/// How each fault strikes. What cannot strike now, because what it would strike is not there, does nothing and is not
/// counted.
extension World {
    func strike(_ fault: Fault) {
        // The first server is asked to do the most.
        let node = fault.node ?? (chance.chance(1, in: 3) ? 0 : chance.pick(0...nodes.count - 1))
        switch fault.kind {
        case .delay, .loss, .duplicate, .reorder, .partition, .halfOpen: strikeNetwork(fault.kind, node)
        case .nodeApart, .drift, .hostFreezes, .coordinatorFreezes: strikeMachine(fault.kind, node)
        case .writeLost, .writeTorn, .diskFull: strikeDisk(fault.kind, node)
        case .agentDies, .hostLosesPower, .coordinatorDies: strikeProcess(fault.kind, node)
        case .apiDown, .apiSlow, .apiStale: strikeAPI(fault.kind)
        case .phaseFails, .serviceDoesNotStart, .installerLeavesUnitBroken: strikeWork(fault.kind, node)
        case .secondRun, .takeOver, .interrupt, .resumeAtOnce, .rollBack, .assumeDown, .release, .wrongTarget:
            strikeOperators(fault.kind, node)
        }
    }

    private func strikeNetwork(_ kind: FaultKind, _ node: Int) {
        guard let leader, let link = coordinators[leader].links[node] else { return }
        struck(kind, node: node)
        switch kind {
        case .delay: storm.slowUntil = max(storm.slowUntil, now + chance.pick(2_000...30_000))
        case .loss:
            link.agentReads = false
            link.agentIsHeard = false
            agenda.enter(.linkLost(link), at: now + 1)
        case .duplicate: agenda.enter(.linkLost(link), at: now + 1)
        case .reorder:
            link.lingersUntil = now + chance.pick(2_000...60_000)
            agenda.enter(.linkLost(link), at: now + 1)
        case .halfOpen:
            link.agentIsHeard = false
            agenda.enter(.linkLost(link), at: now + Self.keepalive)
        default:
            let length = chance.pick(100...90_000)
            coordinators[leader].cutUntil[node] = max(coordinators[leader].cutUntil[node], now + length)
            guard length > Self.keepalive else { return }
            // What was sent is still read afterwards, unless the node's side gave the connection up as well.
            if chance.chance(1, in: 2) { link.agentReads = false }
            agenda.enter(.linkLost(link), at: now + Self.keepalive)
        }
    }

    private func strikeMachine(_ kind: FaultKind, _ node: Int) {
        switch kind {
        case .nodeApart:
            guard nodes[node].apartSince == nil else { return }
            struck(kind, node: node)
            nodes[node].apartSince = now
            setHeard(node)
            agenda.enter(.mend(.apart(node)), at: now + chance.pick(1_000...80_000))
        case .drift:
            struck(kind, node: node)
            let drift = chance.pick(-10_000...10_000)
            nodes[node].clock.set(drift: drift, at: now)
            if let leader, chance.chance(1, in: 3) { coordinators[leader].clock.set(drift: -drift, at: now) }
        case .hostFreezes:
            guard nodes[node].hostUp else { return }
            struck(kind, node: node)
            let length = chance.pick(1_000...90_000)
            nodes[node].frozenUntil = max(nodes[node].frozenUntil, now + length)
            setHeard(node)
            agenda.enter(.mend(.frozen(node)), at: nodes[node].frozenUntil)
            guard length > Self.keepalive else { return }
            // What was sent stays in the socket's buffer, and is read after the thaw.
            for index in living {
                guard let link = coordinators[index].links[node] else { continue }
                agenda.enter(.linkLost(link), at: now + Self.keepalive)
            }
        default:
            guard let leader else { return }
            struck(kind, node: nil)
            let length = chance.pick(1_000...90_000)
            let coordinator = coordinators[leader]
            coordinator.frozenUntil = max(coordinator.frozenUntil, now + length)
            guard length > Self.keepalive, chance.chance(1, in: 2) else { return }
            for case let link? in coordinator.links { agenda.enter(.linkLost(link), at: now + Self.keepalive) }
        }
    }

    /// Strikes, and counts, when the next record is written.
    private func strikeDisk(_ kind: FaultKind, _ node: Int) {
        switch kind {
        case .writeLost: nodes[node].disk.nextWriteBreaks = chance.chance(1, in: 2) ? .lost : .whole
        case .writeTorn: nodes[node].disk.nextWriteBreaks = .torn
        default:
            guard !nodes[node].disk.isFull else { return }
            nodes[node].disk.isFull = true
            agenda.enter(.mend(.diskFull(node)), at: now + chance.pick(1_000...40_000))
        }
    }

    private func strikeProcess(_ kind: FaultKind, _ node: Int) {
        switch kind {
        case .agentDies:
            guard nodes[node].agent != nil else { return }
            struck(kind, node: node)
            crashAgent(node)
        case .hostLosesPower:
            guard nodes[node].hostUp else { return }
            struck(kind, node: node)
            crashHost(node)
        default:
            guard let leader else { return }
            struck(kind, node: nil)
            die(leader)
            giveCommand(.upgrade, in: 100...60_000)
        }
    }

    private func strikeAPI(_ kind: FaultKind) {
        struck(kind, node: nil)
        switch kind {
        case .apiDown: api.downUntil = max(api.downUntil, now + chance.pick(500...40_000))
        case .apiSlow: api.slowUntil = max(api.slowUntil, now + chance.pick(2_000...60_000))
        default:
            freezeStatuses(for: chance.pick(1_000...60_000))
            agenda.enter(.mend(.stale), at: api.staleUntil)
        }
    }

    private func strikeWork(_ kind: FaultKind, _ node: Int) {
        guard nodes[node].inFlight != nil, let phase = nodes[node].phase else { return }
        switch kind {
        case .phaseFails:
            guard kind.moments.contains(phase) else { return }
            nodes[node].effectFails = true
        case .serviceDoesNotStart:
            guard phase == .phase(.restart), nodes[node].running == nil else { return }
            nodes[node].startFails = true
            agenda.enter(.mend(.startFails(node)), at: now + chance.pick(1_000...200_000))
        default:
            guard phase == .phase(.installer) else { return }
            nodes[node].installerLeavesUnitBroken = true
        }
        struck(kind, node: node)
    }

    private func strikeOperators(_ kind: FaultKind, _ node: Int) {
        let moments = moments(of: nil)
        switch kind {
        case .secondRun:
            guard chance.chance(1, in: 3) ? commandHesitantly(.upgrade) : command(.upgrade) else { return }
        case .takeOver: guard command(.takeOver) else { return }
        case .rollBack:
            guard leader == nil || chance.chance(1, in: 2) else {
                // The one who led has gone, and what it held is still held.
                if let leader { die(leader) }
                giveCommand(.rollBack, in: 100...20_000)
                return
            }
            guard command(.rollBack) else { return }
        case .wrongTarget: for version in Self.wrongTargets { command(.wrongTarget(version)) }
        case .interrupt:
            guard let leader else { return }
            agenda.enter(.operatorInterrupts(leader), at: now)
        case .resumeAtOnce:
            guard let leader else { return }
            die(leader)
            giveCommand(.upgrade, in: 1...300)
        case .release:
            if let leader { die(leader) }
            giveCommand(.release, in: 100...40_000)
        default:
            guard nodes[node].hostUp else { return }
            if let leader { die(leader) }
            crashHost(node, for: 60_000...150_000)
            giveCommand(.assumeDown(node), in: 31_000...55_000)
        }
        mark(kind, moments, node: nil)
    }

    func giveCommand(_ wish: Wish, in range: ClosedRange<Int>) {
        commandIsDue = true
        agenda.enter(.operatorCommands(wish), at: now + chance.pick(range))
    }

    /// Power loss: the service and the agent are gone, and come back by themselves.
    func crashHost(_ index: Int, for away: ClosedRange<Int> = 2_000...40_000) {
        let node = nodes[index]
        guard node.hostUp else { return }
        crashAgent(index)
        say("\(node.name) loses its power")
        node.hostUp = false
        node.agentLife += 1
        node.frozenUntil = 0
        if node.downSince == nil { node.downSince = now }
        node.running = nil
        node.restartedFor = nil
        node.starts += 1
        rules.hostLostPower(index)
        setHeard(index)
        breakLinks(to: index, after: Self.keepalive)
        agenda.enter(.boot(index, life: node.agentLife), at: now + chance.pick(away))
    }

    func boot(_ index: Int, _ life: Int) {
        let node = nodes[index]
        guard !node.hostUp, node.agentLife == life else { return }
        node.hostUp = true
        agenda.enter(.agentStart(node: index, life: life), at: now + chance.pick(100...3_000))
        agenda.enter(.k3sUp(node: index, start: node.starts), at: now + chance.pick(500...10_000))
    }
}
