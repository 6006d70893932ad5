/// An agent's one answer to a request. What is large lies apart, so that an answer is cheap to hand on.
package enum Answer: Hashable, Sendable {
    indirect case report(AgentReport)
    indirect case node(NodeReport)
    indirect case cluster(ClusterObservation)
    case findings([Finding])
    /// The stored plan's text, as it was given; empty where there is none.
    case plan(String)
    indirect case refused(Refusal)

    package enum Name: String, CodingKey, CaseIterable {
        case report, node, cluster, findings, plan, refused
    }
}

/// What an agent says unasked.
package enum Event: Hashable, Sendable {
    indirect case progress(Progress)
    indirect case finished(StepOutcome)

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
