internal import Wire

/// Between two nodes.
extension Rollout {
    mutating func openGate(_ disrupted: [NodeName], at now: Int) -> Bool {
        let gate = Gate(
            plan: plan, upgraded: upgraded, disrupted: disrupted, alive: alive,
            isLast: plan.steps.allSatisfy { isComplete($0.id, at: now) },
            watchesMarks: !setup.assumeDown.isEmpty, unfinished: unfinished)
        stage = .gating(Gating(gate: gate, next: now, until: now + plan.policy.gateTimeout * 1_000))
        return true
    }

    mutating func look(_ gating: Gating, at now: Int) -> Bool {
        if interrupted {
            stage = .running
            return true
        }
        if now >= gating.until {
            return fail(nil, .gateClosed(gating.reasons), at: now)
        }
        guard now >= gating.next else { return false }
        let servers = present.filter { $0.role == .server && $0.linked }
        if let server = servers.first, !servers.contains(where: { $0.looking != nil }) { askLook(server.name) }
        return false
    }

    mutating func looked(_ answer: Answer, at now: Int) {
        guard case .gating(var gating) = stage else { return }
        gating.next = now + gating.pause
        gating.pause = min(gating.pause * 2, Time.slowestLook)
        switch answer {
        case .cluster(let observation):
            switch gating.gate.judge(observation) {
            case .open:
                gateDue = nil
                alive = []
                actions.append(.note(.gateOpened))
                stage = .running
                return
            case .waiting(let reasons): gating.reasons = reasons
            }
        case .refused(let refusal): gating.reasons = ["the API does not answer: \(refusal.message)"]
        case .report, .node, .findings, .plan: break
        }
        actions.append(.note(.gateWaiting(gating.reasons)))
        stage = .gating(gating)
    }
}

extension Failure {
    static func gateClosed(_ reasons: [String]) -> Failure {
        let most = reasons.prefix(5).joined(separator: "; ")
        return Failure(
            code: "gate", message: most.isEmpty ? "no server answered" : most,
            wayOut:
                "no further node was touched; mend what is named, then run the same command again; if it is meant to "
                + "be so, add --supersede, which begins anew from the cluster as it is")
    }
}
