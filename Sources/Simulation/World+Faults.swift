internal import Wire

extension World {
    func strike(_ fault: Fault) {
        say("fault: \(fault)")
        switch fault {
        case .agentCrash(let node): crashAgent(node)
        case .hostCrash(let node): crashHost(node)
        case .freeze(let node, let milliseconds):
            nodes[node].frozenUntil = max(nodes[node].frozenUntil, now + milliseconds)
            if milliseconds > Self.keepalive { breakLinks(to: node, after: Self.keepalive) }
        case .cut(let coordinator, let node):
            guard coordinators.indices.contains(coordinator) else { return }
            coordinators[coordinator].cut[node] = true
            if let connection = coordinators[coordinator].connections[node] {
                agenda.enter(
                    .linkLost(coordinator: coordinator, node: node, connection: connection), at: now + Self.keepalive)
            }
            agenda.enter(.mend(fault), at: now + chance.pick(100...90_000))
        case .coordinatorCrash:
            guard let index = coordinators.indices.last(where: { coordinators[$0].rollout != nil }) else { return }
            coordinators[index].rollout = nil
            starting = true
            agenda.enter(.operatorStarts(takeOver: chance.chance(1, in: 4)), at: now + chance.pick(100...60_000))
        case .badStart(let node): nodes[node].startFails = true
        case .secondOperator(let takeOver): startCoordinator(takeOver: takeOver)
        case .interrupt:
            guard let index = coordinators.indices.last(where: { coordinators[$0].rollout != nil }) else { return }
            agenda.enter(.operatorInterrupts(index), at: now)
        }
    }

    func mend(_ fault: Fault) {
        if case .cut(let coordinator, let node) = fault { coordinators[coordinator].cut[node] = false }
    }

    /// Power loss: the service and the agent are gone, and come back by themselves.
    private func crashHost(_ node: Int) {
        guard nodes[node].hostUp else { return }
        crashAgent(node)
        nodes[node].hostUp = false
        nodes[node].reboots += 1
        nodes[node].agentLife += 1
        if nodes[node].downSince == nil { nodes[node].downSince = now }
        nodes[node].running = nil
        nodes[node].starts += 1
        breakLinks(to: node, after: Self.keepalive)
        boot(node, at: now + chance.pick(2_000...40_000))
    }

    private func boot(_ node: Int, at time: Int) {
        nodes[node].hostUp = true
        agenda.enter(.agentStart(node: node, life: nodes[node].agentLife), at: time)
        agenda.enter(.k3sUp(node: node, start: nodes[node].starts), at: time + chance.pick(500...10_000))
    }
}
