internal import AgentCore
internal import Wire

/// What steps do to a node.
extension World {
    func begin(_ effect: Effect, on node: Int) {
        nodes[node].inFlight = effect
        nodes[node].cancelled = false
        checker.began(effect, on: nodes[node].name, in: self)
        say("\(nodes[node].name): \(effect.step) \(effect.work)")
        switch effect.work {
        case .phase(.coldCopy): stopK3s(node)
        case .phase(.restart): restart(node, effect)
        default: break
        }
        agenda.enter(
            .effectEnd(node: node, life: nodes[node].agentLife, effect),
            at: now + chance.pick(5...duration(effect.work)))
    }

    private func duration(_ work: Effect.Work) -> Int {
        switch work {
        case .phase(.fetch), .phase(.evict): 8_000
        case .phase(.await), .phase(.awaitNode): 500
        default: 1_000
        }
    }

    private func stopK3s(_ node: Int) {
        guard nodes[node].running != nil, nodes[node].running != target else { return }
        nodes[node].running = nil
        nodes[node].downSince = now
        nodes[node].starts += 1
    }

    /// The unit is restarted on what the disk holds; a service that runs on it already is left alone.
    private func restart(_ node: Int, _ effect: Effect) {
        guard nodes[node].running != nodes[node].binary else { return }
        if nodes[node].downSince == nil { nodes[node].downSince = now }
        nodes[node].running = nil
        nodes[node].starts += 1
        agenda.enter(.k3sUp(node: node, start: nodes[node].starts), at: now + chance.pick(100...20_000))
    }

    func k3sUp(_ node: Int, _ start: Int) {
        guard nodes[node].starts == start, nodes[node].hostUp else { return }
        guard !(nodes[node].startFails && nodes[node].binary == target) else { return }
        if nodes[node].binary == target { nodes[node].restartsByStep += 1 }
        nodes[node].running = nodes[node].binary
        nodes[node].shownVersion = nodes[node].binary
        nodes[node].downSince = nil
        say("\(nodes[node].name): k3s \(nodes[node].binary) runs")
    }

    func effectEnds(_ node: Int, _ life: Int, _ effect: Effect) {
        guard nodes[node].agentLife == life, nodes[node].inFlight?.token == effect.token else { return }
        guard let result = apply(effect, on: node) else {
            agenda.enter(.effectEnd(node: node, life: life, effect), at: now + 500)
            return
        }
        nodes[node].inFlight = nil
        drive(agent: node) { $0.effectEnded(token: effect.token, result, at: $1) }
    }

    /// Does what the effect does. Nil while it has to wait on.
    func apply(_ effect: Effect, on node: Int) -> EffectResult? {
        let failure = Failure(code: "simulated", message: "it failed", wayOut: "try again")
        switch effect.work {
        case .phase(let phase):
            if nodes[node].cancelled, chance.chance(1, in: 2) { return .failed(failure) }
            return apply(phase, of: effect, on: node, failure)
        case .undo:
            guard effect.step.kind == .drain, let subject = index(effect.step.node) else { return .done(StepFacts()) }
            guard apiUp else { return .failed(failure) }
            if nodes[subject].mark?.run == effect.plan.run { uncordon(subject, by: node) }
            return .done(StepFacts())
        }
    }

    private func apply(
        _ phase: Phase, of effect: Effect, on node: Int, _ failure: Failure
    ) -> EffectResult? {
        guard let subject = index(effect.step.node) else { return .failed(failure) }
        var facts = StepFacts()
        switch phase {
        case .fetch, .takeSnapshot: if faultsOn, chance.chance(1, in: 60) { return .failed(failure) }
        case .cordon:
            guard apiUp else { return .failed(failure) }
            let owner = nodes[subject].mark
            facts.cordonIsOurs = owner != nil || !nodes[subject].unschedulable
            if facts.cordonIsOurs == true, owner?.run != effect.plan.run {
                nodes[subject].unschedulable = true
                nodes[subject].mark = CordonMark(run: effect.plan.run, epoch: effect.epoch)
            }
        case .evict:
            guard apiUp, !(faultsOn && chance.chance(1, in: 30)) else { return .failed(failure) }
        case .place:
            nodes[node].binary = target
            nodes[node].inFlight = nil
        case .await:
            if nodes[node].running == target { break }
            guard let down = nodes[node].downSince, now - down > 60_000 else { return nil }
            return .failed(failure)
        case .awaitNode:
            let seen = nodes[subject]
            if apiUp, seen.downSince == nil, seen.shownVersion == target { break }
            guard now > waitLimit(effect) else { return nil }
            return .failed(failure)
        case .uncordon:
            guard apiUp else { return .failed(failure) }
            if nodes[subject].mark?.run == effect.plan.run { uncordon(subject, by: node) }
        case .saveKit, .verifySnapshot, .check, .installer, .restoreUnit, .coldCopy, .restart: break
        }
        return .done(facts)
    }

    /// A phase that waits gives up some time after its node went down.
    private func waitLimit(_ effect: Effect) -> Int {
        guard let subject = index(effect.step.node), let down = nodes[subject].downSince else { return now }
        return down + 60_000
    }
}
