internal import AgentCore
internal import CoordinatorCore
internal import Wire

/// Rule 8: after a failed step or gate no further node is touched, until an operator gives a command again; and a gate
/// opens between two nodes, and opens on a cluster that is well.
struct FailureStops {
    private var failed = false
    /// The node that was just worked on, of which a gate must have judged.
    private var owed: (run: RunID, node: NodeName)?
    private var run: RunID?

    /// A Ready that nobody took back yet, an API that answers stale, and a look's own time.
    private static let longestLie = 47_000 + 60_000 + 30_000

    mutating func commandGiven() { failed = false }

    mutating func ends(_ ending: Ending) {
        // One that was overtaken began nothing that could have failed.
        if case .failed(_, let failure) = ending, failure.code != "overtaken" { failed = true }
    }

    mutating func writes(_ record: Record, on node: Int) {
        guard case .stepEnded(let outcome) = record, outcome.result == .done, let run else { return }
        switch outcome.step.kind {
        case .uncordon, .install: owed = (run, outcome.step.node)
        case .stage, .snapshot, .drain, .rollback: break
        }
    }

    /// - Parameter written: what each node's agent has on its disk, whether it runs or not.
    mutating func notes(
        _ note: Note, of coordinator: SimulatedCoordinator, in world: World, written: (Int) -> AgentState
    ) -> String? {
        guard case .gateOpened = note else { return nil }
        owed = nil
        // A node that is down is taken back whatever else is amiss.
        if let node = coordinator.takesBack.flatMap(world.index), world.nodes[node].status.silentSince != nil {
            return nil
        }
        for (index, node) in world.nodes.enumerated() {
            guard let silent = node.status.silentSince, world.now - silent > Self.longestLie else { continue }
            if written(index).hasUnfinishedStep { continue }
            return "a gate opened although \(node.name) has been down for \(world.now - silent) ms"
        }
        return nil
    }

    mutating func begins(_ effect: Effect, _ phase: Phase, in world: World) -> String? {
        run = effect.plan.run
        guard StepProgram.phases(of: effect.step, in: effect.plan).first == phase else { return nil }
        if failed, world.nobodyLeads { return "\(effect.step) began after the run had failed" }
        guard let owed, owed.run == effect.plan.run, owed.node != effect.step.node else { return nil }
        return "\(effect.step) began, and no gate had opened since \(owed.node)'s step"
    }
}

extension AgentState {
    /// Whether a step failed here behind its point of no return, and is yet to be gone on with.
    fileprivate var hasUnfinishedStep: Bool { outcomes.contains { $0.result == .failed && $0.passedPointOfNoReturn } }
}
