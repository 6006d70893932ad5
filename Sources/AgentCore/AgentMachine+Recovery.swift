internal import Wire

/// What is seen on the node when the agent comes back into a step.
package struct RecoveryLook: Hashable, Sendable {
    /// Whether the binary on disk is the one that the open step puts in place; false where there is no such step.
    package let binaryIsPlaced: Bool

    package init(binaryIsPlaced: Bool) { self.binaryIsPlaced = binaryIsPlaced }
}

extension AgentMachine {
    /// An agent out of its journal: after a crash, a reboot or an update. An open step that has not passed its point
    /// of no return is undone, since no lease outlives its agent; one that has is finished.
    package static func recover(
        _ state: AgentState, identity: Identity, look: RecoveryLook, at now: Int
    ) -> (AgentMachine, [Action]) {
        var machine = AgentMachine(state: state, identity: identity, at: now)
        let actions = machine.resume(look, at: now)
        return (machine, actions)
    }

    private mutating func resume(_ look: RecoveryLook, at now: Int) -> [Action] {
        guard let current = state.current else { return [] }
        guard state.stored != nil else {
            // Without its plan nothing can be gone on with; the node is left as it is, and said to be so.
            let failure = Failure(
                code: "plan-lost", message: "the agent came back into \(current.step) without the run's plan",
                wayOut: "look at the node, then run the same command again")
            let outcome = StepOutcome(
                step: current.step, epoch: current.epoch, attempt: current.attempt, result: .failed, failure: failure)
            return [record(.stepEnded(outcome))]
        }
        if current.undoing != nil { return [perform(.undo(current.phase), at: now)].compactMap(\.self) }
        let committed = isPastReturn(current) && (current.phase != .place || look.binaryIsPlaced)
        guard committed else { return undo(.abandoned, Self.restarted, at: now) }
        return [perform(.phase(current.phase), at: now)].compactMap(\.self)
    }
}
