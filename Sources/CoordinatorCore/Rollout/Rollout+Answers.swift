internal import Wire

/// What agents answer, and the signs of life that keep the lock.
extension Rollout {
    mutating func answered(_ node: NodeName, _ purpose: Member.Purpose, _ answer: Answer, at now: Int) {
        if case .grant(let step) = purpose { unanswered.removeAll { $0.step == step } }
        switch answer {
        case .report(let report):
            update(node) {
                $0.report = report
                $0.isCurrent = true
                $0.heard = now
            }
            // First what has ended: what is over is not granted once more.
            if active.contains(where: { $0.executor == node && !$0.isOver }) {
                for outcome in report.outcomes { settle(outcome, by: node) }
            }
            reported(node, purpose, report, at: now)
        case .refused(let refusal):
            update(node) { $0.heard = now }
            refused(node, purpose, refusal, at: now)
        case .node, .cluster, .findings, .plan: break
        }
    }

    private mutating func reported(_ node: NodeName, _ purpose: Member.Purpose, _ report: AgentReport, at now: Int) {
        switch purpose {
        case .claim:
            update(node) { $0.promised = true }
            claimAnswered(node, nil, at: now)
        case .beatToGrant(let step):
            guard let nonce = report.nonce, isRunning, awaits(step) else { return }
            ask(node, .grant(lease(step, nonce: nonce)), for: .grant(step))
            unanswered.removeAll { $0.step == step }
            unanswered.append((step, until: now + Lease.longestLife + Time.drift))
        case .beatToRenew(let step):
            guard let nonce = report.nonce, report.running?.step == step, isRunning else { return }
            ask(node, .renew(lease(step, nonce: nonce)), for: .renew(step))
        case .grant(let step): granted(step, by: node, report, at: now)
        case .release, .conclude: update(node) { $0.promised = false }
        case .status, .storePlan, .beat, .renew, .giveBack: break
        }
    }

    private func awaits(_ step: StepID) -> Bool { active.contains { $0.step == step && !$0.isOver } }

    private var isRunning: Bool {
        if case .running = stage { true } else { false }
    }

    private mutating func refused(_ node: NodeName, _ purpose: Member.Purpose, _ refusal: Refusal, at now: Int) {
        if purpose == .claim {
            claimAnswered(node, refusal, at: now)
            return
        }
        if case .finished = stage { return }
        if case .concluding = stage, refusal.code == .unpromised {
            // It has concluded and forgotten us; only its answer was lost.
            update(node) { $0.promised = false }
            return
        }
        if refusal.code == .fenced || refusal.code == .unpromised, member(node)?.promised == true {
            update(node) { $0.promised = false }
            if case .releasing = stage { return }
            // The lock is another's: what is held is now theirs to give back, and the other agents learn that we left.
            _ = leave(.fenced(node, refusal), at: now)
            return
        }
        switch purpose {
        case .grant(let step), .renew(let step): leaseRefused(step, by: node, refusal, at: now)
        case .storePlan:
            _ = leave(.failed(nil, Failure(refusal, by: node)), at: now)
        case .release: update(node) { $0.promised = false }
        // Another run is stored there, so that this one is open no more. After any other refusal it is asked again.
        case .conclude where refusal.code == .plan: update(node) { $0.promised = false }
        case .status, .conclude, .claim, .beat, .beatToGrant, .beatToRenew, .giveBack: break
        }
    }

    func lease(_ step: StepID, nonce: Nonce) -> Lease {
        Lease(
            run: plan.run, planDigest: setup.planDigest, step: step, epoch: epoch, nonce: nonce,
            again: step.kind.mayBeRepeated && outcomes(of: step).contains { $0.result == .done })
    }

    /// Keeps every promise alive.
    mutating func beat(at now: Int) {
        if case .finished = stage { return }
        for index in members.indices
        where members[index].promised && now - members[index].heard >= Time.beat && members[index].isFree {
            ask(members[index].name, .beat(epoch), for: .beat)
        }
    }
}

extension Failure {
    init(_ refusal: Refusal, by node: NodeName) {
        self.init(
            code: "refused-\(refusal.code.rawValue)", message: "\(node) refused: \(refusal.message)",
            wayOut: "mend what the message names, then run the same command again")
    }
}
