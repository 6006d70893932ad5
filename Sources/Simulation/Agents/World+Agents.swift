internal import AgentCore
internal import Wire

/// The agents: their lives, and the carrying out of what their machines decide.
extension World {
    func startAgent(_ index: Int) {
        let node = nodes[index]
        let identity = AgentMachine.Identity(
            node: node.name, digest: { [plans] in plans.digest($0) }, nonceSeed: chance.next(), plans: plans.reader)
        let state = node.disk.open(reading: plans.reader)
        rules.agentStarts(index, state, in: self)
        mendDefinition(index)
        let placed = state.current.flatMap { open in
            state.stored.map { node.binary == wanted(open.step, in: $0.plan, on: index) }
        }
        let (machine, actions) = AgentMachine.recover(
            state, identity: identity, look: RecoveryLook(binaryIsPlaced: placed ?? false), at: clock(index))
        say("\(node.name): agent up")
        node.agent = AgentProcess(machine)
        node.inFlight = nil
        node.waiting = nil
        carryOut(actions, on: index, asker: nil)
        wakeLater(index)
    }

    func deliver(_ request: Request, id: Int, over link: Link) {
        let node = nodes[link.node]
        // Only a dead agent, or one whose socket is closed, reads nothing.
        guard node.hostUp, link.agentReads, let agent = node.agent else { return }
        let asker = Asker(link: link, id: id)
        guard node.waiting == nil else {
            reply(.refused(Refusal(.journal, "a step waits for room on the journal's disk")), to: asker)
            return
        }
        rules.receives(request, by: link.node, in: self)
        // A coordinator looks at every node before it stores a plan, and that look is what is answered after a mend.
        if case .storePlan = request, agent.machine.state.current == nil { mendDefinition(link.node) }
        // A record that cannot be written is a refusal, and leaves everything as it was.
        let before = node.disk.isFull ? agent.machine : nil
        let clock = clock(link.node)
        let actions = agent.machine.receive(request, at: clock)
        if let before, case .persist = actions.first {
            agent.machine = before
            struck(.diskFull, node: link.node)
            reply(.refused(Refusal(.journal, "the journal cannot be written")), to: asker)
            return
        }
        carryOut(actions, on: link.node, asker: asker)
        wakeLater(link.node)
    }

    /// Where the official installer was killed after it had deleted the unit, or a step could not put it back, the kit's is
    /// put back first.
    private func mendDefinition(_ index: Int) {
        let node = nodes[index]
        guard node.kit != nil else { return }
        node.unitIsWhole = true
        node.installerLeavesUnitBroken = false
    }

    func drive(agent index: Int, _ input: (inout AgentMachine, Int) -> [Action]) {
        let node = nodes[index]
        let clock = clock(index)
        guard let agent = node.agent else { return }
        let actions = input(&agent.machine, clock)
        carryOut(actions, on: index, asker: nil)
        wakeLater(index)
    }

    /// A crash may come between any two actions.
    func carryOut(_ actions: [Action], on index: Int, asker: Asker?) {
        let node = nodes[index]
        let life = node.agentLife
        for (position, action) in actions.enumerated() {
            if let victim = crashPoints.reachesAgent(), kill(victim, index, before: action) { return }
            if faultsOn, storm.crashesAtActions, chance.chance(1, in: 400) {
                struck(.agentDies, node: index)
                crashAgent(index)
                return
            }
            switch action {
            case .persist(let record):
                guard write(record, on: index) else {
                    // In the middle of a step nothing may rest on what is not on disk: the step waits for room.
                    if node.agentLife == life {
                        node.waiting = (Array(actions[position...]), asker)
                        agenda.enter(.roomAgain(node: index, life: life), at: now + 2_000)
                    }
                    return
                }
            case .answer(let answer):
                guard let asker else { continue }
                rules.answers(answer, by: index, in: self)
                reply(answer, to: asker)
            case .emit(let event): broadcast(event, from: index)
            case .perform(let effect):
                let clock = clock(index)
                if let instead = node.agent?.machine.instead(of: effect, at: clock) {
                    carryOut(instead, on: index, asker: nil)
                } else {
                    begin(effect, on: index)
                }
            case .cancel(let token): if node.inFlight?.token == token { node.cancelled = true }
            case .lookAtHeld(let held):
                guard let held = self.index(held) else { continue }
                let takes = lookTakes(chance.pick(20...200))
                agenda.enter(.heldLook(node: index, life: life, held: held), at: now + takes)
            case .giveBack(let drain):
                agenda.enter(.giveBack(node: index, life: life, drain), at: now + lookTakes(chance.pick(20...200)))
            }
        }
    }

    /// Kills at a crash point. False where it is the next write that the power will break off.
    func kill(_ victim: CrashPoints.Victim, _ index: Int, before action: Action?) -> Bool {
        switch victim {
        case .agent: crashAgent(index)
        case .host: crashHost(index)
        case .write:
            guard case .persist = action else { return false }
            nodes[index].disk.nextWriteBreaks = .torn
            return false
        case .coordinator: return false
        }
        return true
    }

    /// False where the record could not be written, or the power went while it was.
    private func write(_ record: Record, on index: Int) -> Bool {
        let node = nodes[index]
        if let how = node.disk.nextWriteBreaks, faultsOn {
            node.disk.nextWriteBreaks = nil
            node.disk.breakOff(record, how, promiseIsFlushed: chance.chance(1, in: 2))
            rules.mayHaveWritten(record, on: index, in: self)
            say("\(node.name): the power goes while it writes \(Story.of(record)), which is \(how)")
            struck(how == .torn ? .writeTorn : .writeLost, node: index)
            crashHost(index)
            return false
        }
        if node.disk.isFull {
            struck(.diskFull, node: index)
            return false
        }
        node.disk.write(record)
        say("\(node.name) writes: \(Story.of(record))")
        rules.writes(record, on: index, in: self)
        if case .stepEnded = record { node.phase = nil }
        return true
    }

    func roomAgain(_ index: Int) {
        guard let waiting = nodes[index].waiting else { return }
        nodes[index].waiting = nil
        carryOut(waiting.actions, on: index, asker: waiting.asker)
        wakeLater(index)
    }

    private func wakeLater(_ index: Int) {
        let node = nodes[index]
        guard let wake = node.agent?.machine.nextWake() else { return }
        let at = node.clock.time(of: wake, at: now)
        if let planned = node.nextWake, planned <= at { return }
        node.nextWake = at
        agenda.enter(.agentWake(node: index, life: node.agentLife), at: at)
    }

    func crashAgent(_ index: Int) {
        let node = nodes[index]
        guard node.agent != nil else { return }
        say("\(node.name): agent dies")
        if let effect = node.inFlight, chance.chance(1, in: 2) { _ = apply(effect, on: index) }
        node.agent = nil
        node.inFlight = nil
        node.phase = nil
        node.waiting = nil
        node.nextWake = nil
        node.agentLife += 1
        breakLinks(to: index, after: 1)
        agenda.enter(.agentStart(node: index, life: node.agentLife), at: now + chance.pick(200...5_000))
    }

    func heldLook(_ index: Int, _ life: Int, _ held: Int) {
        guard nodes[index].agentLife == life, nodes[index].waiting == nil else {
            if nodes[index].agentLife == life {
                agenda.enter(.heldLook(node: index, life: life, held: held), at: now + 2_000)
            }
            return
        }
        let seen = nodes[held]
        let view = view(of: held)
        let look =
            apiAnswers(at: index)
            ? HeldLook(mark: seen.mark, ready: view.ready, version: view.version, heartbeat: view.heartbeat) : nil
        drive(agent: index) { $0.heldObserved(seen.name, look, at: $1) }
    }

    func giveBack(_ index: Int, _ life: Int, _ drain: HeldDrain) {
        guard nodes[index].agentLife == life, let held = self.index(drain.node) else { return }
        guard nodes[index].waiting == nil else {
            agenda.enter(.giveBack(node: index, life: life, drain), at: now + 2_000)
            return
        }
        var gone = false
        if apiAnswers(at: index) {
            if isHeld(held, for: drain.run, by: drain.epoch), view(of: held).ready { uncordon(held, by: index) }
            gone = !isHeld(held, for: drain.run, by: drain.epoch)
        }
        drive(agent: index) { $0.giveBackEnded(drain.node, gone: gone, at: $1) }
    }

    /// Whether the node's cordon is one that a hold of this run and epoch may take off.
    func isHeld(_ node: Int, for run: RunID, by epoch: Epoch) -> Bool {
        nodes[node].mark?.belongs(to: run, by: epoch) == true
    }

    func uncordon(_ node: Int, by server: Int) {
        say("\(nodes[server].name) uncordons \(nodes[node].name)")
        rules.uncordons(node, in: self)
        nodes[node].mark = nil
        nodes[node].unschedulable = false
    }
}

/// Read in its place: read from a class, a machine would be copied as a whole.
extension AgentMachine {
    fileprivate mutating func nextWake() -> Int? { wake }
}
