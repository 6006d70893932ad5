internal import Wire

extension AgentMachine {
    /// Takes up an admitted lease.
    mutating func begin(_ lease: Lease, at now: Int) -> [Action] {
        guard let plan = state.stored?.plan, let first = StepProgram.phases(of: lease.step, in: plan).first else {
            return [.answer(.refused(Refusal(.step, "\(lease.step) has no phases")))]
        }
        phases = []
        let started = record(.stepStarted(lease.step, lease.epoch, first))
        return [
            started, .answer(.report(report(at: now))), progress(), perform(.phase(first), underLease: true, at: now),
        ]
        .compactMap(\.self)
    }

    private func progress() -> Action? {
        state.current.map { .emit(.progress(Progress(step: $0.step, epoch: $0.epoch, phase: $0.phase))) }
    }

    mutating func perform(_ work: Effect.Work, underLease: Bool = false, at now: Int) -> Action? {
        guard let current = state.current, let plan = state.stored?.plan else { return nil }
        let token = makeToken()
        running = RunningEffect(token: token, startedAt: now, underLease: underLease)
        return .perform(
            Effect(token: token, step: current.step, epoch: current.epoch, work: work, facts: current.facts, plan: plan)
        )
    }

    /// The moment before an effect is begun. Much time may have passed since it was decided on: a full disk that its
    /// record had to wait for, a flush that took long, a host that stood still.
    ///
    /// - Returns: what to do instead, where the lease has ended meanwhile; nil where the effect may begin.
    package mutating func instead(of effect: Effect, at now: Int) -> [Action]? {
        guard let running, running.token == effect.token, running.underLease, let current = state.current,
            now >= expiry || current.epoch != state.promised
        else { return nil }
        self.running = nil
        return undo(.abandoned, Self.leaseOver, at: now)
    }

    /// The runtime has carried out an effect, or could not.
    package mutating func effectEnded(token: Int, _ result: EffectResult, at now: Int) -> [Action] {
        guard let effect = running, effect.token == token, let current = state.current else { return [] }
        running = nil
        if let undoing = current.undoing { return end(undoing, undone: result, at: now) }
        phases.append(PhaseTiming(phase: current.phase, milliseconds: max(0, now - effect.startedAt)))
        switch result {
        case .failed(let failure):
            // A place that failed left the old binary: the point of no return was not passed.
            let committed = isPastReturn(current) && current.phase != .place
            if effect.cancelled, !committed { return undo(.abandoned, Self.leaseOver, at: now) }
            return committed ? finish(.failed, failure, at: now) : undo(.failed, failure, at: now)
        case .done(let facts):
            return goOn(from: current, with: facts, cancelled: effect.cancelled, at: now)
        }
    }

    private mutating func goOn(
        from current: AgentState.OpenStep, with facts: StepFacts, cancelled: Bool, at now: Int
    ) -> [Action] {
        guard let plan = state.stored?.plan else { return [] }
        let over = cancelled || now >= expiry || current.epoch != state.promised
        if over, !isPastReturn(current) { return undo(.abandoned, Self.leaseOver, at: now) }
        guard let next = StepProgram.phase(after: current.phase, of: current.step, in: plan) else {
            state.mergeFacts(facts)
            return finish(.done, nil, at: now)
        }
        let underLease = !isPastReturn(current)
        let entered = record(.phaseEntered(next, facts))
        return [entered, progress(), perform(.phase(next), underLease: underLease, at: now)].compactMap(\.self)
    }

    static let leaseOver = Failure(
        code: "lease-over", message: "the lease ended before the point of no return, and the step was undone",
        wayOut: "run the same command again: it takes the step up anew")

    static let restarted = Failure(
        code: "agent-restarted",
        message: "the agent was restarted before the point of no return, and the step was undone",
        wayOut: "run the same command again: it takes the step up anew")

    /// The lease is over: ask the running effect to stop, if the step can still be undone.
    mutating func cancelIfPossible() -> [Action] {
        guard let current = state.current, current.undoing == nil, !isPastReturn(current), let effect = running,
            !effect.cancelled
        else { return [] }
        running?.cancelled = true
        return [.cancel(token: effect.token)]
    }

    mutating func abandonIfOver(at now: Int) -> [Action] {
        guard state.current != nil, now >= expiry else { return [] }
        return cancelIfPossible()
    }

    mutating func undo(_ result: StepOutcome.Result, _ failure: Failure?, at now: Int) -> [Action] {
        guard let phase = state.current?.phase else { return [] }
        let undoing = record(.undoing(result, failure))
        return [undoing, perform(.undo(phase), at: now)].compactMap(\.self)
    }

    /// The undoing is over. A drain whose cordon could not be taken off stays held, and is given back when that can
    /// be done.
    private mutating func end(
        _ undoing: AgentState.OpenStep.Undoing, undone: EffectResult, at now: Int
    ) -> [Action] {
        guard let current = state.current, let plan = state.stored?.plan else { return [] }
        var actions: [Action] = []
        if case .failed = undone, current.step.kind == .drain {
            actions += hold(current, plan: plan, limit: 0, at: now)
        }
        return actions + finish(undoing.result, undoing.failure, at: now)
    }

    private mutating func finish(_ result: StepOutcome.Result, _ failure: Failure?, at now: Int) -> [Action] {
        guard let current = state.current, let plan = state.stored?.plan else { return [] }
        var actions: [Action] = []
        if result == .done, current.step.kind == .drain, current.facts.cordonIsOurs == true {
            actions += hold(current, plan: plan, at: now)
        }
        if result == .done, current.step.kind == .uncordon, state.held.contains(where: { $0.node == current.step.node })
        {
            actions.append(endHold(of: current.step.node))
        }
        let outcome = StepOutcome(
            step: current.step, epoch: current.epoch, attempt: current.attempt, result: result, failure: failure,
            facts: current.facts,
            phases: phases,
            passedPointOfNoReturn: isPastReturn(current) && !(result == .failed && current.phase == .place))
        nonceAfterEnd = nonces.upcoming
        actions.append(record(.stepEnded(outcome)))
        actions.append(.emit(.finished(outcome)))
        return actions
    }

    /// The hold is recorded before the drain's end, so that there is no moment at which a drained node is nobody's.
    private mutating func hold(_ step: AgentState.OpenStep, plan: Plan, limit: Int? = nil, at now: Int) -> [Action] {
        let drain = HeldDrain(of: step.step, epoch: step.epoch, in: plan, limit: limit)
        holds.removeAll { $0.node == drain.node }
        holds.append(Hold(node: drain.node, since: now, nextLook: now))
        return [record(.held(drain))]
    }
}

extension AgentState {
    /// What the last phase learned goes into the outcome, which is recorded next.
    mutating func mergeFacts(_ facts: StepFacts) {
        guard let phase = current?.phase else { return }
        apply(.phaseEntered(phase, facts))
    }
}
