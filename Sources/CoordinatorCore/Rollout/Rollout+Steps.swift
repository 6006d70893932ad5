internal import Wire

/// The steps, in order: which comes next, who does it, and how it ended.
extension Rollout {
    /// How often a step that was abandoned (an agent restarted, a lease ran out) is leased again.
    static let tryLimit = 3

    mutating func enterRun() {
        let passed = plan.steps.contains { step in
            step.kind == .install && plan.node(step.node)?.role == .server
                && outcomes(of: step.id).contains { $0.result == .done || $0.passedPointOfNoReturn }
        }
        wantsFreshSnapshot = setup.resumes && !passed
        // What an earlier start did is held against a gate before anything further is touched.
        let before = upgraded
        // So is the cluster itself, where an agent that is not asked may hold a node of another run's, and where one has
        // forgotten what it did.
        if !before.isEmpty || !setup.assumeDown.isEmpty || isForgotten { gateDue = before }
        // A rollback is asked for when something has gone wrong, which may be more than its own node.
        if let unfinished, plan.purpose == .rollback { gateDue = plan.nodes.map(\.name).filter { $0 != unfinished } }
    }

    /// Nodes that have been brought to their version and are in service again, in the order of the plan. One whose
    /// uncordon is still to come is none of them: a gate that waited for it would keep it from coming.
    var upgraded: [NodeName] {
        let drained = plan.steps.filter { $0.kind == .uncordon && !isUncordoned($0.id) }.map(\.node)
        return plan.steps.filter { isWork($0.kind) && isDone($0.id) && !drained.contains($0.node) }.map(\.node)
    }

    /// What agents say of a step, one outcome from each that has one and that may do it: no other's word counts.
    func outcomes(of step: StepID) -> [StepOutcome] {
        members.indices.compactMap { members[$0].mayDo(step) ? members[$0].outcome(of: step) : nil }
    }

    func isDone(_ step: StepID) -> Bool {
        members.indices.contains { members[$0].mayDo(step) && members[$0].hasDone(step) }
    }

    /// Whether nothing is left to do for a step.
    func isComplete(_ step: StepID, at now: Int) -> Bool {
        switch step.kind {
        case .stage, .install, .rollback: return isDone(step)
        case .snapshot:
            return outcomes(of: step).contains {
                $0.result == .done && (!wantsFreshSnapshot || $0.epoch == epoch)
            }
        case .drain:
            if plan.steps.contains(where: { $0.node == step.node && isWork($0.kind) && isDone($0.id) }) { return true }
            // A hold of an earlier epoch may be about to run out: it is renewed.
            return outcomes(of: step).contains { $0.result == .done && $0.epoch == epoch }
                && isFresh(step.node, at: now)
        case .uncordon: return isUncordoned(step)
        }
    }

    /// Of an agent that cannot be asked only what it said last is known; it ends its hold when it looks.
    private func isUncordoned(_ step: StepID) -> Bool {
        isDone(step) && !members.contains { $0.linked && $0.report?.holds(step.node) == true }
    }

    private func isWork(_ kind: StepKind) -> Bool { kind == .install || kind == .rollback }

    /// Whether the node's hold will outlast its install.
    private func isFresh(_ node: NodeName, at now: Int) -> Bool {
        guard let since = drained.last(where: { $0.node == node })?.at else { return false }
        let margin = plan.policy.controlPlaneLimit + 360
        return now - since < (plan.policy.holdLimit - margin) * 1_000
    }

    mutating func run(at now: Int) -> Bool {
        if !active.isEmpty { return watch(at: now) }
        if interrupted {
            actions.append(.note(.interrupting))
            return giveBack(setup.releases ? .released : .interrupted, at: now)
        }
        if let disrupted = gateDue { return openGate(disrupted, at: now) }
        guard let first = plan.steps.first(where: { !isComplete($0.id, at: now) }) else {
            stage = .concluding(until: now + Time.conclude)
            return true
        }
        let together =
            first.kind == .stage
            ? plan.steps.filter { $0.kind == .stage && !isComplete($0.id, at: now) } : [first]
        for step in together {
            guard let executor = executor(of: step), let place = place(of: executor) else {
                return fail(step.id, .lost("every server"), at: now)
            }
            if members[place].assumedDown { return fail(step.id, .assumedDown(executor), at: now) }
            active.append(
                ActiveStep(
                    step: step.id, executor: executor, place: place,
                    after: members[place].outcome(of: step.id)?.attempt ?? 0, until: now + Time.reach,
                    renewAt: now))
        }
        return true
    }

    /// The node's own agent, or a server's: the one that holds the node, or else the first that can be reached.
    private func executor(of step: Step) -> NodeName? {
        if step.kind.place == .node { return step.node }
        let servers = present.filter { $0.role == .server }
        let holder = servers.first { $0.linked && $0.report?.holds(step.node) == true }
        return (holder ?? servers.first { $0.linked } ?? servers.first)?.name
    }

    /// Asks for nonces, grants, renews; takes what ended off the list.
    private mutating func watch(at now: Int) -> Bool {
        for index in active.indices where !active[index].isOver {
            let step = active[index].step
            let executor = active[index].executor
            if now >= active[index].until {
                active[index].outcome = StepOutcome(
                    step: step, epoch: epoch, attempt: 0, result: .failed,
                    failure: .lost("\(executor), which does \(step),"))
            } else if now >= active[index].renewAt, members[active[index].place].isFree {
                active[index].renewAt = now + Time.beat
                let purpose = active[index].granted ? Member.Purpose.beatToRenew(step) : .beatToGrant(step)
                ask(executor, .beat(epoch), for: purpose)
            }
        }
        guard active.allSatisfy(\.isOver) else { return false }
        let outcomes = active.compactMap(\.outcome)
        active = []
        for outcome in outcomes where outcome.result == .done { completed(outcome, at: now) }
        if let failed = outcomes.first(where: { $0.result == .failed }) {
            return fail(failed.step, failed.failure ?? .unexplained(failed.step), at: now)
        }
        for outcome in outcomes where outcome.result == .abandoned {
            let count = (tries.last { $0.step == outcome.step }?.count ?? 0) + 1
            tries.append((outcome.step, count))
            if count >= Self.tryLimit {
                return fail(outcome.step, outcome.failure ?? .unexplained(outcome.step), at: now)
            }
        }
        return true
    }

    private mutating func completed(_ outcome: StepOutcome, at now: Int) {
        let node = outcome.step.node
        switch outcome.step.kind {
        case .drain: drained.append((node, at: now))
        case .install, .rollback:
            if plan.node(node)?.role == .server { gateDue = (gateDue ?? []) + [node] }
        case .uncordon:
            mayHold = nil
            gateDue = (gateDue ?? []) + [node]
            if outcome.epoch == epoch { alive.append(node) }
        case .stage, .snapshot: break
        }
    }

    mutating func granted(_ step: StepID, by node: NodeName, _ report: AgentReport, at now: Int) {
        guard let index = active.firstIndex(where: { $0.step == step && $0.executor == node && !$0.granted }),
            !active[index].isOver
        else { return }
        active[index].granted = true
        if step.kind == .drain { mayHold = node }
        active[index].until = now + limit(of: step.kind)
        active[index].renewAt = now + Time.beat
        actions.append(.note(.stepStarted(step, executor: node)))
        // Done before, and not repeated: its outcome stands for this attempt.
        if report.running?.step != step, let before = report.outcome(of: step) {
            active[index].outcome = before
            actions.append(.note(.stepEnded(before, executor: node)))
        }
    }

    /// How long a step may take, its agent's own deadlines included, before it is given up as lost.
    private func limit(of kind: StepKind) -> Int {
        switch kind {
        case .stage, .snapshot: 1_800_000
        case .drain: (plan.policy.drainTimeout + 120) * 1_000
        case .install, .rollback: (plan.policy.controlPlaneLimit + 300) * 1_000
        case .uncordon: (plan.policy.gateTimeout + 120) * 1_000
        }
    }

    mutating func leaseRefused(_ step: StepID, by node: NodeName, _ refusal: Refusal, at now: Int) {
        guard let index = active.firstIndex(where: { $0.step == step && $0.executor == node }) else { return }
        switch refusal.code {
        case .nonce, .expired:
            // It lay about too long on its way; with a fresh nonce at once.
            active[index].renewAt = now
        case .busy where !active[index].granted:
            // It ends something of before; how long that may take is the step's own time to be taken up.
            active[index].renewAt = now + Time.ask
        default:
            if active[index].granted { return }
            active[index].outcome = StepOutcome(
                step: step, epoch: epoch, attempt: 0, result: .failed, failure: Failure(refusal, by: node))
        }
    }

    /// A step's end, by its event.
    mutating func ended(_ outcome: StepOutcome, by node: NodeName, at now: Int) {
        let plan = plan
        guard plan.steps.contains(where: { $0.id == outcome.step }) else { return }
        update(node) { $0.report = $0.report?.with(outcome, of: plan) }
        settle(outcome, by: node)
    }

    /// A step's end, by its event or by any later report.
    mutating func settle(_ outcome: StepOutcome, by node: NodeName) {
        guard let index = active.firstIndex(where: { $0.step == outcome.step && $0.executor == node }),
            !active[index].isOver, outcome.attempt > active[index].after
        else { return }
        active[index].outcome = outcome
        actions.append(.note(.stepEnded(outcome, executor: node)))
    }

    /// The node whose step is next, where that step failed behind its point of no return, or takes the node back: it may
    /// be down for that, and is gone on with.
    var unfinished: NodeName? {
        let next = plan.steps.first { isWork($0.kind) && !isDone($0.id) }
        if plan.purpose == .rollback { return next?.node }
        let hasFailed = next.map { outcomes(of: $0.id).contains { $0.result == .failed && $0.passedPointOfNoReturn } }
        return hasFailed == true ? next?.node : nil
    }

    mutating func fail(_ step: StepID?, _ failure: Failure, at now: Int) -> Bool {
        giveBack(.failed(step, failure), at: now)
    }
}

extension Failure {
    static func unexplained(_ step: StepID) -> Failure {
        Failure(
            code: "unexplained", message: "\(step) ended without a reason",
            wayOut: "look at the node's `journalctl -u k3s-upgrade-agent`, then run the same command again")
    }

    static func assumedDown(_ node: NodeName) -> Failure {
        Failure(
            code: "assumed-down", message: "\(node) was said to be down, and it is its turn",
            wayOut:
                "bring it back, then run the same command again, without --assume-down \(node); if it is gone for good, "
                + "take it out of the cluster and of the inventory, and begin anew with --supersede")
    }
}

extension AgentReport {
    func holds(_ node: NodeName) -> Bool { held.contains { $0.node == node } }

    /// The report with a later outcome in it, and with what follows from that: a drain begins a hold, an uncordon ends it.
    func with(_ outcome: StepOutcome, of plan: Plan) -> AgentReport {
        let step = outcome.step
        var outcomes = outcomes.filter { $0.step != step }
        var held = held
        if outcome.result == .done, step.kind == .drain || step.kind == .uncordon {
            held.removeAll { $0.node == step.node }
        }
        if outcome.result == .done, step.kind == .drain, outcome.facts.cordonIsOurs == true {
            outcomes.removeAll { $0.step == StepID(kind: .uncordon, node: step.node) }
            held.append(HeldDrain(of: step, epoch: outcome.epoch, in: plan))
        }
        return AgentReport(
            nonce: nonce, promised: promised, holder: holder, holderSilent: holderSilent, run: run,
            running: running?.step == step ? nil : running, outcomes: outcomes + [outcome], held: held)
    }
}
