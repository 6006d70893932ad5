import AgentCore
import CoordinatorCore
import Testing
import Wire

/// What steps do to the nodes, and what must hold when they begin.
extension Fleet {
    func observation() -> ClusterObservation {
        ClusterObservation(
            nodes: peers.map { $0.observed(at: now) }, leaders: [], workloads: [], volumes: [], unfinishedJobs: [],
            at: now)
    }

    func uncordon(_ index: Int) {
        peers[index].mark = nil
        peers[index].unschedulable = false
    }

    func apply(_ effect: Effect, on index: Int) -> EffectResult {
        let subject = self.index(effect.step.node)
        let failure = Failure(code: "scripted", message: "\(effect.step) was to fail", wayOut: "none")
        var facts = StepFacts()
        switch effect.work {
        case .undo:
            if effect.step.kind == .drain, peers[subject].mark?.run == effect.plan.run { uncordon(subject) }
        case .phase(let phase):
            if let due = failures.firstIndex(where: { $0.step == effect.step && $0.phase == phase && $0.times > 0 }) {
                failures[due].times -= 1
                return .failed(failure)
            }
            switch phase {
            case .cordon:
                facts.cordonIsOurs = peers[subject].mark != nil || !peers[subject].unschedulable
                if facts.cordonIsOurs == true {
                    peers[subject].unschedulable = true
                    peers[subject].mark = CordonMark(run: effect.plan.run, epoch: effect.epoch)
                }
            case .place: peers[index].binary = plan.version(of: plan.nodes[index])
            case .restart where peers[index].running != peers[index].binary:
                peers[index].running = peers[index].binary
                peers[index].restarts += 1
            case .awaitNode where peers[subject].running != plan.version(of: plan.nodes[subject]):
                return .failed(failure)
            case .uncordon: if peers[subject].mark?.run == effect.plan.run { uncordon(subject) }
            default: break
            }
        }
        return .done(facts)
    }

    /// The rules of the design that a beginning effect could break.
    func check(_ effect: Effect, by index: Int) {
        guard case .phase(let phase) = effect.work, effect.step.kind.isDisruptive else { return }
        for other in peers where other.name != peers[index].name {
            if case .phase = other.effect?.work, let step = other.effect?.step, step.kind.isDisruptive {
                violate("\(effect.step) while \(other.name) is in \(step)")
            }
        }
        for other in peers where other.mark != nil && other.name != effect.step.node {
            violate("\(effect.step) while \(other.name) is cordoned by us")
        }
        guard phase == StepProgram.phases(of: effect.step, in: plan).first else { return }
        for other in peers {
            guard let state = other.machine?.state else { continue }
            if state.promised.map({ $0 < effect.epoch }) ?? true {
                violate("\(effect.step) before \(other.name) promised")
            }
            if state.stored?.plan != plan { violate("\(effect.step) before \(other.name) had the plan") }
        }
        let taken = peers.contains { peer in
            peer.machine?.state.outcomes.contains { $0.step.kind == .snapshot && $0.result == .done } == true
        }
        if plan.purpose == .upgrade, !taken { violate("\(effect.step) before a snapshot") }
    }

    /// What holds after a run that is done.
    func expectDone(_ comment: Comment? = nil) {
        #expect(ending == .done, comment)
        #expect(violations.isEmpty, comment)
        for peer in peers {
            #expect(peer.running == plan.target, comment)
            #expect(peer.restarts == 1, comment)
            #expect(!peer.unschedulable, comment)
            #expect(peer.machine?.state.held.isEmpty == true, comment)
            #expect(peer.machine?.state.stored?.open == false, comment)
        }
    }

    /// What was sent, without the signs of life.
    var orders: [String] {
        sent.compactMap { node, request in
            switch request {
            case .beat, .observe, .renew: nil
            case .grant(let lease): "\(lease.step) by \(node)"
            default: "\(request.name.rawValue) \(node)"
            }
        }
    }

    var grants: [String] {
        sent.compactMap { _, request in
            if case .grant(let lease) = request { lease.step.description } else { nil }
        }
    }
}
