package import Wire

/// What the agent's runtime is to do, in the order given, each to its end before the next: what stands behind a
/// `persist` may rest on the record being on disk. At most one record stands before an answer, so that a journal that
/// cannot be written is answered with a refusal and leaves the machine as it was.
package enum Action: Hashable, Sendable {
    /// Write and flush; only then go on.
    indirect case persist(Record)
    /// The one answer to the request at hand.
    case answer(Answer)
    /// Tell whoever is connected.
    case emit(Event)
    /// Begin an effect, unless `AgentMachine.instead` now says otherwise; its end comes back by
    /// `AgentMachine.effectEnded`.
    indirect case perform(Effect)
    /// Ask a running effect to stop early; its end still comes back.
    case cancel(token: Int)
    /// Look at a node that is held; the look comes back by `AgentMachine.heldObserved`.
    case lookAtHeld(NodeName)
    /// Take our cordon off a held node, if the node is Ready and its mark is the run's; the result comes back by
    /// `AgentMachine.giveBackEnded`.
    indirect case giveBack(HeldDrain)
}

/// A part of a step to carry out on the node. Effects are idempotent: one whose result is there already changes
/// nothing.
package struct Effect: Hashable, Sendable {
    package enum Work: Hashable, Sendable {
        case phase(Phase)
        /// Take back what the step had prepared when it was in this phase.
        case undo(Phase)
    }

    /// Names this effect among all of this machine's.
    package let token: Int
    package let step: StepID
    package let epoch: Epoch
    package let work: Work
    /// What the step has learned so far.
    package let facts: StepFacts
    package let plan: Plan
}

/// How an effect ended.
package enum EffectResult: Hashable, Sendable {
    case done(StepFacts)
    /// For `Phase.place` this says that the binary is not in place.
    case failed(Failure)
}
