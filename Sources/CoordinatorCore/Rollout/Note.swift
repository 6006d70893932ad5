package import Wire

/// What a rollout tells whoever watches; nothing depends on it.
package enum Note: Hashable, Sendable {
    /// Another holds the lock and is silent; its time runs out.
    case waitingForHolder(Refusal)
    case claimed(Epoch)
    /// Waits for steps of an earlier epoch to end.
    case settling([NodeName])
    case planStored
    case stepStarted(StepID, executor: NodeName)
    case phase(NodeName, Progress)
    case stepEnded(StepOutcome, executor: NodeName)
    case gateWaiting([String])
    case gateOpened
    case givingBack(NodeName)
    case interrupting
    /// The run is over, and these nodes' agents could not be told.
    case stillOpen([NodeName])
}

/// How a rollout ended.
package enum Ending: Hashable, Sendable {
    case done
    /// A step or a gate failed. No further node was touched.
    case failed(StepID?, Failure)
    /// Another coordinator holds the lock.
    case held(NodeName, Refusal)
    /// Another coordinator took the lock over.
    case fenced(NodeName, Refusal)
    /// Nodes whose agents did not answer, before anything began.
    case unreachable([NodeName])
    /// The operator's wish, at a safe point.
    case interrupted
    /// What the run held was given back as far as it could be, and nothing else was asked for.
    case released
}
