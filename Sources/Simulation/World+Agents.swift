internal import AgentCore
internal import Wire

/// The agents: their lives, and the carrying out of what their machines decide.
extension World {
    func startAgent(_ node: Int) {
        let identity = AgentMachine.Identity(
            node: nodes[node].name, digest: { World.digest($0) }, nonceSeed: chance.next())
        let state = AgentState(records: nodes[node].journal)
        let (machine, actions) = AgentMachine.recover(
            state, identity: identity, look: RecoveryLook(binaryIsPlaced: nodes[node].binary == target),
            at: clock(node))
        say("\(nodes[node].name): agent up")
        nodes[node].agent = machine
        nodes[node].inFlight = nil
        checker.agentStarted(nodes[node].name)
        carryOut(actions, on: node, asker: nil)
        wakeLater(node)
    }

    func deliver(_ request: Request, id: Int, to node: Int, from coordinator: Int, _ connection: Int) {
        // What was under way when the connection broke may still be read: only a dead agent reads nothing.
        guard nodes[node].hostUp, nodes[node].agent != nil else { return }
        drive(agent: node, asker: (coordinator, connection, id)) { $0.receive(request, at: $1) }
    }

    func drive(
        agent node: Int, asker: (coordinator: Int, connection: Int, id: Int)? = nil,
        _ input: (inout AgentMachine, Int) -> [Action]
    ) {
        guard var machine = nodes[node].agent else { return }
        let actions = input(&machine, clock(node))
        nodes[node].agent = machine
        carryOut(actions, on: node, asker: asker)
        wakeLater(node)
    }

    /// A crash may come between any two actions.
    private func carryOut(
        _ actions: [Action], on node: Int, asker: (coordinator: Int, connection: Int, id: Int)?
    ) {
        let life = nodes[node].agentLife
        for action in actions {
            if faultsOn, chance.chance(1, in: 400) {
                crashAgent(node)
                return
            }
            switch action {
            case .persist(let record):
                nodes[node].journal.append(record)
                checker.recorded(record, by: nodes[node].name, in: self)
            case .answer(let answer):
                guard let asker else { continue }
                checker.answered(answer, by: nodes[node].name, at: clock(node))
                reply(answer, id: asker.id, from: node, to: asker.coordinator, asker.connection)
            case .emit(let event): broadcast(event, from: node)
            case .perform(let effect): begin(effect, on: node)
            case .cancel(let token): if nodes[node].inFlight?.token == token { nodes[node].cancelled = true }
            case .lookAtHeld(let held):
                agenda.enter(.heldLook(node: node, life: life, held), at: now + chance.pick(20...200))
            case .giveBack(let drain):
                agenda.enter(.giveBack(node: node, life: life, drain), at: now + chance.pick(20...200))
            }
        }
    }

    private func wakeLater(_ node: Int) {
        guard let wake = nodes[node].agent?.wake else { return }
        let at = max(now, wake - nodes[node].clockOffset)
        if let planned = nodes[node].nextWake, planned <= at { return }
        nodes[node].nextWake = at
        agenda.enter(.agentWake(node: node, life: nodes[node].agentLife), at: at)
    }

    func crashAgent(_ node: Int) {
        guard nodes[node].agent != nil else { return }
        say("\(nodes[node].name): agent dies")
        if let effect = nodes[node].inFlight, chance.chance(1, in: 2) { _ = apply(effect, on: node) }
        nodes[node].agent = nil
        nodes[node].inFlight = nil
        nodes[node].nextWake = nil
        nodes[node].agentLife += 1
        breakLinks(to: node, after: 1)
        agenda.enter(.agentStart(node: node, life: nodes[node].agentLife), at: now + chance.pick(200...5_000))
    }

    func heldLook(_ node: Int, _ life: Int, _ held: NodeName) {
        guard nodes[node].agentLife == life, let index = index(held) else { return }
        let seen = nodes[index]
        let look =
            apiUp
            ? HeldLook(
                mark: seen.mark, ready: seen.showsReady(at: now), version: seen.shownVersion,
                heartbeat: seen.heartbeat(at: now)) : nil
        drive(agent: node) { $0.heldObserved(held, look, at: $1) }
    }

    func giveBack(_ node: Int, _ life: Int, _ drain: HeldDrain) {
        guard nodes[node].agentLife == life, let index = index(drain.node) else { return }
        var gone = false
        if apiUp {
            if nodes[index].mark?.run == drain.run, nodes[index].showsReady(at: now) { uncordon(index, by: node) }
            gone = nodes[index].mark?.run != drain.run
        }
        drive(agent: node) { $0.giveBackEnded(drain.node, gone: gone, at: $1) }
    }

    func uncordon(_ node: Int, by server: Int) {
        say("\(nodes[server].name) uncordons \(nodes[node].name)")
        nodes[node].mark = nil
        nodes[node].unschedulable = false
    }
}
