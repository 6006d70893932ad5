package import CoordinatorRuntime
package import Wire

/// The run that the agents know of, open or concluded: what it did, what it does, and what it left.
package struct LastRunView: Hashable, Sendable {
    package struct Running: Hashable, Sendable {
        package var executor: NodeName
        package var step: RunningStep

        package init(executor: NodeName, step: RunningStep) {
            self.executor = executor
            self.step = step
        }
    }

    package struct Held: Hashable, Sendable {
        package var node: NodeName
        /// The server whose agent holds it drained.
        package var by: NodeName

        package init(node: NodeName, by: NodeName) {
            self.node = node
            self.by = by
        }
    }

    package var run: RunID
    package var purpose: Plan.Purpose
    package var target: K3sVersion
    /// False once it was concluded.
    package var isOpen: Bool
    package var holder: Holder?
    /// In milliseconds on the agent's clock.
    package var holderSilent: Int?
    package var running: [Running] = []
    /// One a step.
    package var outcomes: [StepOutcome] = []
    package var held: [Held] = []

    package init(
        run: RunID, purpose: Plan.Purpose, target: K3sVersion, isOpen: Bool, holder: Holder? = nil,
        holderSilent: Int? = nil
    ) {
        self.run = run
        self.purpose = purpose
        self.target = target
        self.isOpen = isOpen
        self.holder = holder
        self.holderSilent = holderSilent
    }

    /// The open run, or else the one that began last; nil where no agent knows of any.
    package init?(_ survey: ClusterSurvey) {
        let known = survey.members.compactMap { member in member.leases.run.map { (run: $0, leases: member.leases) } }
        // A run's id begins with the time of its beginning.
        let newest = known.max { ($0.run.open ? 1 : 0, $0.run.run.text) < ($1.run.open ? 1 : 0, $1.run.run.text) }
        guard let newest else { return nil }
        self.init(
            run: newest.run.run, purpose: newest.run.purpose, target: newest.run.target, isOpen: newest.run.open,
            holder: newest.leases.holder, holderSilent: newest.leases.holderSilent)
        for member in survey.members {
            held += member.leases.held.map { Held(node: $0.node, by: member.node.name) }
            guard member.leases.run?.run == run else { continue }
            if let step = member.leases.running { running.append(Running(executor: member.node.name, step: step)) }
            for outcome in member.leases.outcomes { take(outcome) }
        }
    }

    /// Of a step that several agents tried, the one that did it has the word.
    private mutating func take(_ outcome: StepOutcome) {
        guard let index = outcomes.firstIndex(where: { $0.step == outcome.step }) else {
            outcomes.append(outcome)
            return
        }
        if outcomes[index].result != .done { outcomes[index] = outcome }
    }
}
