package import Wire

/// One durable fact. The agent's state is the fold of its records, and nothing else; a record is on disk before
/// anything that rests on it is done or said.
package enum Record: Hashable, Sendable, Codable {
    /// No epoch below this one will be served.
    case promised(Epoch, Holder)
    /// The holder of the promised epoch left; the run stays open.
    case released
    /// The plan's text, and its digest.
    case planStored(text: String, digest: String)
    /// A lease was taken up; its step is in its first phase.
    case stepStarted(StepID, Epoch, Phase)
    /// The step goes on to this phase, having learned these facts in the one before.
    case phaseEntered(Phase, StepFacts)
    /// What the step has done is being undone, after which it will have ended so.
    case undoing(StepOutcome.Result, Failure?)
    case stepEnded(StepOutcome)
    /// The drain of a node has ended, and the node is held for its hand-over.
    case held(HeldDrain)
    /// The node is not held any more: given back, or its cordon found to be ours no longer.
    case heldEnded(NodeName)
    /// The run is over.
    case concluded
    /// All that the records before it had added up to, in their place.
    indirect case checkpoint(AgentState)
}
