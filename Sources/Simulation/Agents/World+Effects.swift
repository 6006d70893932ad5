internal import AgentCore
internal import Wire

/// What steps do to a node.
extension World {
    func begin(_ effect: Effect, on index: Int) {
        let node = nodes[index]
        rules.begins(effect, on: index, in: self)
        node.inFlight = effect
        node.cancelled = false
        node.effectFails = false
        say("\(node.name): \(effect.step) \(Story.of(effect.work))")
        let takes = chance.pick(5...duration(effect.work))
        switch effect.work {
        case .phase(let phase):
            node.phase = .phase(phase)
            switch phase {
            case .coldCopy: if node.running != nil, node.running != node.binary { stopService(index, effect) }
            case .restart: restartService(index, effect)
            // The official installer deletes unit and environment, and writes them anew.
            case .installer: node.unitIsWhole = false
            default: break
            }
            aim(at: .phase(phase), node: index, within: takes)
        case .undo:
            node.phase = .undoing
            aim(at: .undoing, node: index, within: takes)
        }
        agenda.enter(.effectEnd(node: index, life: node.agentLife, token: effect.token), at: now + takes)
    }

    private func duration(_ work: Effect.Work) -> Int {
        let slow = api.slowUntil > now ? 15_000 : 0
        return switch work {
        case .phase(.fetch): 8_000
        case .phase(.evict): 8_000 + slow
        case .phase(.cordon), .phase(.uncordon), .undo: 1_000 + slow
        case .phase(.await), .phase(.awaitNode): 500
        default: 1_000
        }
    }

    func effectEnds(_ index: Int, _ life: Int, _ token: Int) {
        let node = nodes[index]
        guard node.agentLife == life, let effect = node.inFlight, effect.token == token else { return }
        if let victim = crashPoints.reachesAgent(), kill(victim, index, before: nil) { return }
        guard let result = apply(effect, on: index) else {
            agenda.enter(.effectEnd(node: index, life: life, token: token), at: now + 500)
            return
        }
        // Whether an effect took place is not decided again by its agent's death.
        node.inFlight = nil
        if let victim = crashPoints.reachesAgent(), kill(victim, index, before: nil) { return }
        drive(agent: index) { $0.effectEnded(token: token, result, at: $1) }
    }

    static let failure = Failure(code: "simulated", message: "it failed", wayOut: "try again")

    /// Does what the effect does. Nil while it has to wait on.
    func apply(_ effect: Effect, on index: Int) -> EffectResult? {
        switch effect.work {
        case .phase(let phase):
            let node = nodes[index]
            if node.effectFails {
                node.effectFails = false
                return .failed(Self.failure)
            }
            if node.cancelled, chance.chance(1, in: 2) { return .failed(Self.failure) }
            return apply(phase, of: effect, on: index)
        case .undo:
            guard effect.step.kind == .drain, let subject = self.index(effect.step.node) else {
                return .done(StepFacts())
            }
            guard apiAnswers(at: index), !nodes[index].effectFails else {
                nodes[index].effectFails = false
                return .failed(Self.failure)
            }
            if isHeld(subject, for: effect.plan.run, by: effect.epoch) { uncordon(subject, by: index) }
            return .done(StepFacts())
        }
    }

    private func apply(_ phase: Phase, of effect: Effect, on index: Int) -> EffectResult? {
        guard let subject = self.index(effect.step.node) else { return .failed(Self.failure) }
        let node = nodes[index]
        var facts = StepFacts()
        switch phase {
        case .fetch: node.staged = effect.plan.target
        case .saveKit: if node.kit?.run != effect.plan.run { node.kit = (effect.plan.run, node.binary) }
        case .takeSnapshot: rules.snapshotTaken(effect)
        case .verifySnapshot: rules.snapshotVerified(effect)
        case .cordon:
            guard apiAnswers(at: index) else { return .failed(Self.failure) }
            facts.cordonIsOurs = cordon(subject, for: effect)
        case .evict: guard apiAnswers(at: index) else { return .failed(Self.failure) }
        case .check:
            let wanted = wanted(effect)
            let isThere = effect.step.kind == .rollback ? node.kit?.version == wanted : node.staged == wanted
            guard isThere || node.binary == wanted else { return .failed(Self.failure) }
        case .place:
            guard let version = effect.step.kind == .rollback ? node.kit?.version : node.staged else {
                return .failed(Self.failure)
            }
            rules.places(version, effect, on: index, in: self)
            node.binary = version
        case .installer: if !node.installerLeavesUnitBroken { node.unitIsWhole = true }
        case .restoreUnit:
            node.unitIsWhole = true
            node.installerLeavesUnitBroken = false
        case .await:
            if node.running == wanted(effect) { break }
            guard let down = node.downSince else { return .failed(Self.failure) }
            guard now - down > 60_000 else { return nil }
            return .failed(Self.failure)
        case .awaitNode:
            let view = view(of: subject)
            let wanted = wanted(effect)
            if apiAnswers(at: index), nodes[subject].downSince == nil, view.ready, view.version == wanted { break }
            // A phase that waits gives up some time after it began to.
            guard let silent = nodes[subject].status.silentSince ?? node.downSince, now - silent <= 60_000 else {
                return api.downUntil > now || api.staleUntil > now ? nil : .failed(Self.failure)
            }
            return nil
        case .uncordon:
            guard apiAnswers(at: index) else { return .failed(Self.failure) }
            if isHeld(subject, for: effect.plan.run, by: effect.epoch) { uncordon(subject, by: index) }
        case .coldCopy, .restart: break
        }
        return .done(facts)
    }

    /// One guarded write. A node that is unschedulable without our mark is the operator's.
    private func cordon(_ subject: Int, for effect: Effect) -> Bool {
        let node = nodes[subject]
        guard !node.unschedulable || node.mark != nil else { return false }
        let mark = CordonMark(run: effect.plan.run, epoch: effect.epoch)
        if node.mark != mark {
            node.unschedulable = true
            node.mark = mark
            rules.disruptionsChanged(in: self)
        }
        return true
    }

    /// The version whose binary a step puts in place.
    func wanted(_ effect: Effect) -> K3sVersion {
        guard let index = index(effect.step.node) else { return effect.plan.target }
        return wanted(effect.step, in: effect.plan, on: index)
    }

    func wanted(_ step: StepID, in plan: Plan, on index: Int) -> K3sVersion {
        guard plan.purpose == .rollback else { return plan.target }
        return plan.node(nodes[index].name)?.version ?? plan.target
    }
}
