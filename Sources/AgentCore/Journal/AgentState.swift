package import Wire

/// What an agent knows durably.
package struct AgentState: Hashable, Sendable, Codable {
    package struct StoredPlan: Hashable, Sendable, Codable {
        package let text: String
        package let digest: String
        package let plan: Plan
        package var open: Bool
        /// What was promised when it was stored; nil in checkpoints that do not say.
        package var storedBy: Epoch?
    }

    /// The step that a lease was taken up for and that has not ended.
    package struct OpenStep: Hashable, Sendable, Codable {
        package let step: StepID
        package let epoch: Epoch
        package let attempt: Int
        package var phase: Phase
        package var facts: StepFacts
        /// Set once the step is being undone: how it will have ended.
        package var undoing: Undoing?

        package struct Undoing: Hashable, Sendable, Codable {
            package let result: StepOutcome.Result
            package let failure: Failure?
        }
    }

    package private(set) var promised: Epoch?
    package private(set) var holder: Holder?
    package private(set) var stored: StoredPlan?
    package private(set) var current: OpenStep?
    /// Of the stored run; one a step, its latest.
    package private(set) var outcomes: [StepOutcome] = []
    package private(set) var held: [HeldDrain] = []
    /// How often each step of the stored run was begun here.
    private var attempts: [Attempts] = []

    private struct Attempts: Hashable, Sendable, Codable {
        let step: StepID
        var count: Int
    }

    package init() {}

    /// A state out of records, oldest first.
    package init(records: some Sequence<Record>, reading plans: PlanReader = .strict) {
        for record in records { apply(record, reading: plans) }
    }

    package mutating func apply(_ record: Record, reading plans: PlanReader = .strict) {
        switch record {
        case .promised(let epoch, let holder):
            // Never lowered, whatever the order in which records are read back; and the same promise read again, from
            // its second copy, does not bring back a holder that has left.
            if let promised, epoch <= promised { return }
            promised = epoch
            self.holder = holder
        case .released:
            holder = nil
        case .planStored(let text, let digest):
            // A plan was decoded before its record was written; one that cannot be is of a damaged journal, and a run
            // without its plan starts nothing.
            guard let plan = try? plans.read(text) else {
                stored = nil
                return
            }
            if stored?.plan.run != plan.run {
                outcomes = []
                attempts = []
            }
            stored = StoredPlan(text: text, digest: digest, plan: plan, open: true, storedBy: promised)
        case .stepStarted(let step, let epoch, let phase):
            outcomes.removeAll { $0.step == step }
            current = OpenStep(
                step: step, epoch: epoch, attempt: countAttempt(at: step), phase: phase, facts: StepFacts())
        case .phaseEntered(let phase, let facts):
            current?.phase = phase
            current?.facts.merge(facts)
        case .undoing(let result, let failure):
            current?.undoing = OpenStep.Undoing(result: result, failure: failure)
        case .stepEnded(let outcome):
            current = nil
            outcomes.removeAll { $0.step == outcome.step }
            outcomes.append(outcome)
        case .held(let drain):
            held.removeAll { $0.node == drain.node }
            held.append(drain)
            outcomes.removeAll { $0.step == StepID(kind: .uncordon, node: drain.node) }
        case .heldEnded(let node):
            held.removeAll { $0.node == node }
            // The drain is not in effect any more, so that a resume must be able to lease it again.
            outcomes.removeAll { $0.step == StepID(kind: .drain, node: node) }
        case .concluded:
            stored?.open = false
            holder = nil
        case .checkpoint(let state):
            let highest = promised
            self = state
            if let highest, promised.map({ $0 < highest }) ?? true { promised = highest }
        }
    }

    private mutating func countAttempt(at step: StepID) -> Int {
        guard let index = attempts.firstIndex(where: { $0.step == step }) else {
            attempts.append(Attempts(step: step, count: 1))
            return 1
        }
        // A number read from a checkpoint may be any.
        if attempts[index].count < .max { attempts[index].count += 1 }
        return attempts[index].count
    }
}
