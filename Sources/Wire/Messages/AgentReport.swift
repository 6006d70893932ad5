/// An agent's state as to leases: what a coordinator must know before it goes on.
package struct AgentReport: Hashable, Sendable, Codable {
    /// Fresh with every answer to `beat`; absent elsewhere.
    package let nonce: Nonce?
    package let promised: Epoch?
    package let holder: Holder?
    /// How long the holder has not been heard, in milliseconds on the agent's clock; nil where nobody holds.
    package let holderSilent: Int?
    package let run: RunSummary?
    package let running: RunningStep?
    /// Of the stored run, one a step: its latest.
    package let outcomes: [StepOutcome]
    /// Nodes that this agent holds drained.
    package let held: [HeldDrain]

    package init(
        nonce: Nonce?, promised: Epoch?, holder: Holder?, holderSilent: Int?, run: RunSummary?, running: RunningStep?,
        outcomes: [StepOutcome], held: [HeldDrain]
    ) {
        self.nonce = nonce
        self.promised = promised
        self.holder = holder
        self.holderSilent = holderSilent
        self.run = run
        self.running = running
        self.outcomes = outcomes
        self.held = held
    }

    /// Whether the agent is in no step.
    package var isIdle: Bool { running == nil }

    package func outcome(of step: StepID) -> StepOutcome? {
        outcomes.indices.first { outcomes[$0].step == step }.map { outcomes[$0] }
    }

    /// Whether the run that is kept open here was left behind while nobody could ask this agent: a server's agent knows of
    /// another that was stored later, and that has begun or is over.
    ///
    /// - Parameters:
    ///   - all: what every agent says, this one among them.
    ///   - servers: of those, what the servers' say.
    package func wasLeftBehind(among all: [AgentReport], servers: [AgentReport]) -> Bool {
        guard let run, run.open else { return false }
        let known = all.compactMap(\.run).filter { $0.planDigest == run.planDigest }
        guard let stored = known.compactMap(\.storedBy).max() else { return false }
        return servers.contains { server in
            guard let other = server.run, other.run != run.run, let later = other.storedBy, later > stored else {
                return false
            }
            return !other.open || !server.isIdle || !server.outcomes.isEmpty
                || server.held.contains { $0.run == other.run }
        }
    }

    package func hasDone(_ step: StepID) -> Bool {
        outcomes.indices.contains { outcomes[$0].step == step && outcomes[$0].result == .done }
    }
}

package struct RunSummary: Hashable, Sendable, Codable {
    package let run: RunID
    package let planDigest: String
    package let target: K3sVersion
    package let purpose: Plan.Purpose
    /// False once the run was concluded here.
    package let open: Bool
    /// Whose word the plan was stored at, which tells the later of two runs; nil of an agent that does not know it.
    package let storedBy: Epoch?

    package init(
        run: RunID, planDigest: String, target: K3sVersion, purpose: Plan.Purpose, open: Bool, storedBy: Epoch? = nil
    ) {
        self.run = run
        self.planDigest = planDigest
        self.target = target
        self.purpose = purpose
        self.open = open
        self.storedBy = storedBy
    }
}

package struct RunningStep: Hashable, Sendable, Codable {
    package let step: StepID
    package let epoch: Epoch
    package let phase: Phase
    package let passedPointOfNoReturn: Bool
    /// Whether the step is being undone.
    package let undoing: Bool

    package init(step: StepID, epoch: Epoch, phase: Phase, passedPointOfNoReturn: Bool, undoing: Bool) {
        self.step = step
        self.epoch = epoch
        self.phase = phase
        self.passedPointOfNoReturn = passedPointOfNoReturn
        self.undoing = undoing
    }
}

/// A node that was drained and handed over to its own agent. Whoever holds it gives it back if the hand-over's
/// holder vanishes.
package struct HeldDrain: Hashable, Sendable, Codable {
    package let node: NodeName
    package let run: RunID
    package let epoch: Epoch
    package let target: K3sVersion
    /// How long it is held from the end of the drain, in milliseconds.
    package let limit: Int

    package init(node: NodeName, run: RunID, epoch: Epoch, target: K3sVersion, limit: Int) {
        self.node = node
        self.run = run
        self.epoch = epoch
        self.target = target
        self.limit = limit
    }

    /// As a drain of the plan's begins it.
    package init(of drain: StepID, epoch: Epoch, in plan: Plan, limit: Int? = nil) {
        let target = plan.purpose == .upgrade ? plan.target : plan.node(drain.node)?.version ?? plan.target
        self.init(
            node: drain.node, run: plan.run, epoch: epoch, target: target,
            limit: limit ?? plan.policy.holdLimit * 1_000)
    }
}
