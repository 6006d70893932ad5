package import Wire

extension AgentMachine {
    /// A coordinator asks. Gives exactly one `answer`. What concerns no lease (`inspect`, `observe`, `preflight`) is
    /// the runtime's to answer and is refused here.
    package mutating func receive(_ request: Request, at now: Int) -> [Action] {
        do throws(Refusal) {
            return switch request {
            case .status: [.answer(.report(report(at: now)))]
            case .fetchPlan: [.answer(.plan(state.stored?.text ?? ""))]
            case .claim(let claim): try promise(claim, at: now)
            case .storePlan(let plan): try store(plan, at: now)
            case .beat(let epoch): try beat(epoch, at: now)
            case .grant(let lease): try grant(lease, at: now)
            case .renew(let lease): try renew(lease, at: now)
            case .giveBack(let order): try giveBack(order, at: now)
            case .release(let epoch): try release(epoch, at: now)
            case .conclude(let end): try conclude(end, at: now)
            case .inspect, .observe, .preflight:
                [.answer(.refused(Refusal(.unsupported, "this agent answers no \(request.name.rawValue)")))]
            }
        } catch {
            return [.answer(.refused(error))]
        }
    }

    private func fenced() -> Refusal {
        Refusal(
            .fenced, "a newer coordinator was promised this node", holder: state.holder, promised: state.promised,
            run: state.stored?.plan.run)
    }

    /// Only the holder of the promised epoch may go on; and it is heard by this.
    private mutating func requireHolder(_ epoch: Epoch, at now: Int) throws(Refusal) {
        guard let promised = state.promised else {
            throw Refusal(.unpromised, "nothing was promised here: claim first")
        }
        if epoch < promised { throw fenced() }
        guard epoch == promised, state.holder != nil else {
            throw Refusal(.unpromised, "epoch \(epoch) is not held here: claim first", promised: promised)
        }
        heard = now
    }

    private mutating func promise(_ claim: Claim, at now: Int) throws(Refusal) -> [Action] {
        // Epochs are never given back: one claim must not be able to spend them all.
        let highest = state.promised?.counter ?? 0
        guard claim.epoch.counter <= highest || claim.epoch.counter - highest <= Epoch.longestStride else {
            throw Refusal(.malformed, "epoch \(claim.epoch) is too far above \(highest)", promised: state.promised)
        }
        if let promised = state.promised {
            if claim.epoch < promised { throw fenced() }
            if claim.epoch == promised {
                // The same claim again, its answer having been lost. After a release it is a new one.
                guard state.holder != nil else { throw Refusal(.unpromised, "epoch \(promised) was released") }
                heard = now
                return [.answer(.report(report(at: now)))]
            }
            if holderIsAlive(at: now), !claim.takeOver {
                throw Refusal(
                    .held, "another coordinator holds this node", holder: state.holder, promised: promised,
                    silent: now - heard, run: state.stored.flatMap { $0.open ? $0.plan.run : nil })
            }
        }
        let promise = record(.promised(claim.epoch, claim.holder))
        heard = now
        // What an older epoch had begun is abandoned or finished; the answer says which.
        let abandon = cancelIfPossible()
        return [promise, .answer(.report(report(at: now)))] + abandon
    }

    private mutating func store(_ order: StorePlan, at now: Int) throws(Refusal) -> [Action] {
        try requireHolder(order.epoch, at: now)
        guard state.current == nil else { throw busy() }
        let plan: Plan
        do {
            plan = try identity.plans.read(order.text)
        } catch {
            throw Refusal(.malformed, "the plan cannot be read: \(error.reason)")
        }
        guard plan.node(identity.node) != nil else {
            throw Refusal(.plan, "the plan does not know this node, \(identity.node)")
        }
        let digest = identity.digest(order.text)
        if let stored = state.stored {
            if stored.open, stored.digest == digest { return [.answer(.report(report(at: now)))] }
            if stored.open, stored.plan.run != plan.run, !order.supersede {
                throw Refusal(.plan, "run \(stored.plan.run) is still open here", run: stored.plan.run)
            }
            if stored.plan.run == plan.run, stored.digest != digest {
                throw Refusal(.plan, "run \(plan.run) is stored here with another plan", run: plan.run)
            }
        }
        return [record(.planStored(text: order.text, digest: digest)), .answer(.report(report(at: now)))]
    }

    private mutating func beat(_ epoch: Epoch, at now: Int) throws(Refusal) -> [Action] {
        try requireHolder(epoch, at: now)
        return [.answer(.report(report(at: now, nonce: nonces.issue(at: now))))]
    }

    /// Whether a nonce was issued after a step last ended here. They are issued in order, and may begin anew at 0.
    private func isSinceEnd(_ nonce: Nonce) -> Bool {
        nonceAfterEnd.map { nonce.value &- $0.value < 1 << 63 } ?? true
    }

    /// Spends the lease's nonce, and gives the time until which the lease lives.
    private mutating func admit(_ lease: Lease, at now: Int) throws(Refusal) -> Int {
        try requireHolder(lease.epoch, at: now)
        guard let issued = nonces.spend(lease.nonce) else {
            throw Refusal(.nonce, "the lease quotes a nonce that is not out")
        }
        let end = issued + min(max(lease.life, 0), Lease.longestLife)
        guard now < end else { throw Refusal(.expired, "the lease ended \(now - end) ms ago") }
        guard let stored = state.stored, stored.open, stored.plan.run == lease.run, stored.digest == lease.planDigest
        else {
            throw Refusal(.plan, "the lease is not of the plan that is stored here", run: state.stored?.plan.run)
        }
        guard stored.plan.steps.contains(where: { $0.id == lease.step }), isOurs(lease.step, in: stored.plan) else {
            throw Refusal(.step, "\(lease.step) is not a step of this agent in run \(lease.run)")
        }
        return end
    }

    private func isOurs(_ step: StepID, in plan: Plan) -> Bool {
        switch step.kind.place {
        case .node: step.node == identity.node
        case .server: plan.node(identity.node)?.role == .server
        }
    }

    private func busy() -> Refusal {
        Refusal(.busy, "\(state.current.map { "\($0.step)" } ?? "a step") is running here")
    }

    private mutating func grant(_ lease: Lease, at now: Int) throws(Refusal) -> [Action] {
        let end = try admit(lease, at: now)
        if let current = state.current {
            guard current.step == lease.step, current.epoch == lease.epoch else { throw busy() }
            expiry = max(expiry, end)
            return [.answer(.report(report(at: now)))]
        }
        if state.outcomes.contains(where: { $0.step == lease.step && $0.result == .done }) {
            guard lease.again else { return [.answer(.report(report(at: now)))] }
            guard lease.step.kind.mayBeRepeated else {
                throw Refusal(.step, "\(lease.step) was done, and is not done again")
            }
            // A step that ended after the nonce was issued is what the lease was meant to get done.
            guard isSinceEnd(lease.nonce) else { return [.answer(.report(report(at: now)))] }
        }
        // The node is just being given back, perhaps for a coordinator that left: the drain begins when that has ended,
        // or its cordon and its hold would go with the old one's.
        if lease.step.kind == .drain, holds.contains(where: { $0.node == lease.step.node && $0.givingBack }) {
            throw Refusal(.busy, "\(lease.step.node) is being given back")
        }
        expiry = end
        return begin(lease, at: now)
    }

    private mutating func renew(_ lease: Lease, at now: Int) throws(Refusal) -> [Action] {
        let end = try admit(lease, at: now)
        if let current = state.current, current.step == lease.step, current.epoch == lease.epoch {
            expiry = max(expiry, end)
        }
        return [.answer(.report(report(at: now)))]
    }

    private mutating func giveBack(_ order: GiveBack, at now: Int) throws(Refusal) -> [Action] {
        try requireHolder(order.epoch, at: now)
        if state.current?.step.kind == .drain, state.current?.step.node == order.node { throw busy() }
        let actions = giveBackNow(order.node)
        return [.answer(.report(report(at: now)))] + actions
    }

    private mutating func release(_ epoch: Epoch, at now: Int) throws(Refusal) -> [Action] {
        try requireHolder(epoch, at: now)
        let released = record(.released)
        // Nobody is left who could use what the step prepares.
        return [released, .answer(.report(report(at: now)))] + cancelIfPossible()
    }

    private mutating func conclude(_ end: Conclude, at now: Int) throws(Refusal) -> [Action] {
        try requireHolder(end.epoch, at: now)
        guard state.current == nil else { throw busy() }
        guard let stored = state.stored, stored.plan.run == end.run else {
            throw Refusal(.plan, "run \(end.run) is not stored here", run: state.stored?.plan.run)
        }
        return [record(.concluded), .answer(.report(report(at: now)))]
    }
}
