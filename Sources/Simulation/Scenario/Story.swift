internal import AgentCore
internal import CoordinatorCore
internal import Wire

/// How records, notes and ends read in a history: short, and with what tells one from another.
enum Story {
    static func of(_ record: Record) -> String {
        switch record {
        case .promised(let epoch, let holder): "promised \(epoch) to \(holder.machine)"
        case .released: "released"
        case .planStored(_, let digest): "plan \(digest) stored"
        case .stepStarted(let step, let epoch, let phase): "\(step) of \(epoch) begins, \(phase.rawValue)"
        case .phaseEntered(let phase, _): "phase \(phase.rawValue)"
        case .undoing(let result, let failure): "undoing, will be \(result.rawValue): \(failure?.code ?? "no reason")"
        case .stepEnded(let outcome): "ended: \(of(outcome))"
        case .held(let drain): "holds \(drain.node) of \(drain.run)"
        case .heldEnded(let node): "holds \(node) no more"
        case .concluded: "concluded"
        case .checkpoint: "checkpoint"
        }
    }

    static func of(_ note: Note) -> String {
        switch note {
        case .waitingForHolder(let refusal):
            "waits for \(refusal.holder?.machine ?? "nobody"), silent \(refusal.silent ?? 0)"
        case .claimed(let epoch): "claimed \(epoch)"
        case .settling(let nodes): "settling: \(nodes.map(\.text).joined(separator: ", "))"
        case .planStored: "plan stored everywhere"
        case .stepStarted(let step, let executor): "\(step) granted to \(executor)"
        case .phase(let node, let progress): "\(node) in \(progress.step), \(progress.phase.rawValue)"
        case .stepEnded(let outcome, let executor): "\(executor) ended \(of(outcome))"
        case .gateWaiting(let reasons): "gate: \(reasons.prefix(3).joined(separator: "; "))"
        case .gateOpened: "gate opened"
        case .givingBack(let node): "gives back \(node)"
        case .interrupting: "interrupting"
        case .stillOpen(let nodes): "\(nodes.map(\.text).joined(separator: ", ")) could not be told of the run's end"
        }
    }

    static func of(_ ending: Ending) -> String {
        switch ending {
        case .done: "done"
        case .failed(let step, let failure): "failed\(step.map { " at \($0)" } ?? ""): \(failure.message)"
        case .held(let node, let refusal): "held at \(node) by \(refusal.holder?.machine ?? "nobody")"
        case .fenced(let node, let refusal): "fenced at \(node) by \(refusal.holder?.machine ?? "nobody")"
        case .unreachable(let nodes): "unreachable: \(nodes.map(\.text).joined(separator: ", "))"
        case .interrupted: "interrupted"
        case .released: "released"
        }
    }

    static func of(_ work: Effect.Work) -> String {
        switch work {
        case .phase(let phase): phase.rawValue
        case .undo(let phase): "undoes \(phase.rawValue)"
        }
    }

    private static func of(_ outcome: StepOutcome) -> String {
        let failure = outcome.failure.map { ", \($0.code)" } ?? ""
        return "\(outcome.step) of \(outcome.epoch), attempt \(outcome.attempt): \(outcome.result.rawValue)\(failure)"
    }
}
