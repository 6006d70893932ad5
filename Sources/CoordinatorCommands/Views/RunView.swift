package import Wire

/// A run as it stands, for whoever shows it. Every text in it may come from a node: renderers clean it.
package struct RunView: Hashable, Sendable {
    package var run: RunID
    package var purpose: Plan.Purpose
    /// The plan's: what an upgrade goes to, what a rollback comes from.
    package var target: K3sVersion
    /// Since this coordinator began, in milliseconds.
    package var elapsed: Int
    package var nodes: [NodeView]
    /// In the plan's order.
    package var steps: [StepView]
    /// Nil while no server has been restarted.
    package var outage: OutageView?
    /// What is being waited for, in a few words; empty for nothing.
    package var waiting: String

    package init(
        run: RunID, purpose: Plan.Purpose, target: K3sVersion, elapsed: Int = 0, nodes: [NodeView],
        steps: [StepView], outage: OutageView? = nil, waiting: String = ""
    ) {
        self.run = run
        self.purpose = purpose
        self.target = target
        self.elapsed = elapsed
        self.nodes = nodes
        self.steps = steps
        self.outage = outage
        self.waiting = waiting
    }
}

/// A node as its agent and the cluster last told.
package struct NodeView: Hashable, Sendable {
    package var name: NodeName
    package var role: Role
    /// What the run brings it to.
    package var goal: K3sVersion
    /// The running one; nil where it is not known.
    package var version: K3sVersion?
    /// Nil where it is not known.
    package var versionOnDisk: K3sVersion?
    /// Nil where it is not known.
    package var ready: Bool?
    /// Nil where it is not known.
    package var schedulable: Bool?
    /// Whether the operator had cordoned it before the run, which leaves it so.
    package var wasCordoned = false
    package var readiness: Readiness?
    /// Whether its agent answers now.
    package var answers: Bool

    package init(
        name: NodeName, role: Role, goal: K3sVersion, version: K3sVersion? = nil, versionOnDisk: K3sVersion? = nil,
        ready: Bool? = nil, schedulable: Bool? = nil, readiness: Readiness? = nil, answers: Bool = true
    ) {
        self.name = name
        self.role = role
        self.goal = goal
        self.version = version
        self.versionOnDisk = versionOnDisk
        self.ready = ready
        self.schedulable = schedulable
        self.readiness = readiness
        self.answers = answers
    }
}

package struct StepView: Hashable, Sendable {
    package enum State: String, Hashable, Sendable, CaseIterable {
        case waiting, running, undoing, done, failed, abandoned
        /// Done by an earlier coordinator of the same run.
        case doneBefore = "done-before"
    }

    package var step: StepID
    package var state: State
    /// While it runs.
    package var phase: Phase?
    /// So far, or in all, in milliseconds; nil before it began.
    package var elapsed: Int?
    package var phases: [PhaseTiming]
    package var failure: Failure?
    /// What went otherwise than expected without failing it.
    package var notes: [String]

    package init(
        step: StepID, state: State = .waiting, phase: Phase? = nil, elapsed: Int? = nil, phases: [PhaseTiming] = [],
        failure: Failure? = nil, notes: [String] = []
    ) {
        self.step = step
        self.state = state
        self.phase = phase
        self.elapsed = elapsed
        self.phases = phases
        self.failure = failure
        self.notes = notes
    }
}

/// How long no authenticated `/readyz` was answered, over all servers of a run, against what is allowed.
package struct OutageView: Hashable, Sendable {
    package var milliseconds: Int
    /// In seconds.
    package var limit: Int

    package init(milliseconds: Int, limit: Int) {
        self.milliseconds = milliseconds
        self.limit = limit
    }
}
