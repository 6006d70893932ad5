/// How one attempt at a step ended.
package struct StepOutcome: Hashable, Sendable, Codable {
    package enum Result: String, Sendable, Codable {
        case done
        /// It could not be done; what had to be undone was.
        case failed
        /// Its lease ended before the point of no return; what had been prepared was undone.
        case abandoned
    }

    package let step: StepID
    package let epoch: Epoch
    /// Counts this agent's attempts at the step in its run, from 1.
    package let attempt: Int
    package let result: Result
    package let failure: Failure?
    package let facts: StepFacts
    /// How long each phase took, in the order they ran; after a restart of the agent only what ran since.
    package let phases: [PhaseTiming]
    package let passedPointOfNoReturn: Bool

    package init(
        step: StepID, epoch: Epoch, attempt: Int, result: Result, failure: Failure? = nil,
        facts: StepFacts = StepFacts(), phases: [PhaseTiming] = [], passedPointOfNoReturn: Bool = false
    ) {
        self.step = step
        self.epoch = epoch
        self.attempt = attempt
        self.result = result
        self.failure = failure
        self.facts = facts
        self.phases = phases
        self.passedPointOfNoReturn = passedPointOfNoReturn
    }

    /// Of all its phases together. Any numbers can come from a node: what does not fit is the largest there is.
    package var milliseconds: Int {
        phases.reduce(0) { sum, phase in
            let (value, isOver) = sum.addingReportingOverflow(max(0, phase.milliseconds))
            return isOver ? .max : value
        }
    }
}

package struct PhaseTiming: Hashable, Sendable, Codable {
    package let phase: Phase
    package let milliseconds: Int

    package init(phase: Phase, milliseconds: Int) {
        self.phase = phase
        self.milliseconds = milliseconds
    }
}

/// What went wrong, for programs and for people.
package struct Failure: Hashable, Sendable, Codable, Error {
    /// A stable word for programs.
    package let code: String
    package let message: String
    package let wayOut: String

    package init(code: String, message: String, wayOut: String) {
        self.code = code
        self.message = message
        self.wayOut = wayOut
    }
}

/// What a step learned that somebody needs later. Each phase adds its own.
package struct StepFacts: Hashable, Sendable, Codable {
    package var snapshot: SnapshotReport?
    /// For a server's install: how long no authenticated `/readyz` was answered with 200, in milliseconds.
    package var outage: Int?
    /// The unit's InvocationID before the restart; what it differs from proves the restart.
    package var invocationBefore: String?
    /// SHA-256 of the binary that the step put in place.
    package var installedSHA256: String?
    /// Whether the node's cordon is ours; false where the operator had cordoned it before.
    package var cordonIsOurs: Bool?
    /// Whether unit and environment stay as the operator has changed them after an earlier try; nil where they are as the
    /// kit has them.
    package var definitionIsOperators: Bool?
    /// What went otherwise than expected without failing the step, for people.
    package var notes: [String] = []

    package init() {}

    /// Takes over what `newer` knows.
    package mutating func merge(_ newer: StepFacts) {
        snapshot = newer.snapshot ?? snapshot
        outage = newer.outage ?? outage
        invocationBefore = newer.invocationBefore ?? invocationBefore
        installedSHA256 = newer.installedSHA256 ?? installedSHA256
        cordonIsOurs = newer.cordonIsOurs ?? cordonIsOurs
        definitionIsOperators = newer.definitionIsOperators ?? definitionIsOperators
        notes += newer.notes
    }
}
