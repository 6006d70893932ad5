/// An agent's one answer to a request.
package enum Answer: Hashable, Sendable {
    case report(AgentReport)
    case node(NodeReport)
    case cluster(ClusterObservation)
    case findings([Finding])
    /// The stored plan's text, as it was given; empty where there is none.
    case plan(String)
    case refused(Refusal)

    package enum Name: String, CodingKey, CaseIterable {
        case report, node, cluster, findings, plan, refused
    }
}

/// What an agent says unasked.
package enum Event: Hashable, Sendable {
    case progress(Progress)
    case finished(StepOutcome)

    package enum Name: String, CodingKey, CaseIterable {
        case progress, finished
    }
}

/// A step has come to a phase.
package struct Progress: Hashable, Sendable, Codable {
    package let step: StepID
    package let epoch: Epoch
    package let phase: Phase

    package init(step: StepID, epoch: Epoch, phase: Phase) {
        self.step = step
        self.epoch = epoch
        self.phase = phase
    }
}
