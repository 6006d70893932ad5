internal import CoordinatorCore
internal import CoordinatorRuntime
internal import Synchronization
internal import Wire

/// What a rollout tells, gathered into the view of the run that the screen shows and the report is made of.
final class RunBoard: Sendable {
    fileprivate struct State {
        var view: RunView
        var started: [StepID: Int] = [:]
        var snapshot: SnapshotReport?
        var failure: Failure?
    }

    private let state: Mutex<State>
    private let screen: RunScreen

    init(plan: Plan, screen: RunScreen) {
        let nodes = plan.nodes.map { node in
            var view = NodeView(
                name: node.name, role: node.role, goal: plan.version(of: node), version: node.version)
            view.wasCordoned = plan.baseline.cordonedByOperator.contains(node.name)
            return view
        }
        let view = RunView(
            run: plan.run, purpose: plan.purpose, target: plan.target, nodes: nodes,
            steps: plan.steps.map { StepView(step: $0.id) })
        state = Mutex(State(view: view))
        self.screen = screen
        limit = plan.policy.controlPlaneLimit
        screen.show(view)
    }

    private let limit: Int

    func take(_ note: Note, at now: Int) {
        let view = state.withLock { state in
            state.view.elapsed = now
            Self.apply(note, to: &state, at: now, limit: limit)
            return state.view
        }
        screen.show(view)
    }

    func link(_ node: NodeName, _ problem: CoordinatorError?) {
        let view = state.withLock { state in
            if let index = state.view.nodes.firstIndex(where: { $0.name == node }) {
                state.view.nodes[index].answers = problem == nil
            }
            return state.view
        }
        screen.show(view)
    }

    private static func apply(_ note: Note, to state: inout State, at now: Int, limit: Int) {
        state.view.waiting = ""
        switch note {
        case .waitingForHolder(let refusal):
            let who = refusal.holder.map { "\($0.who) on \($0.machine)" } ?? "another coordinator"
            // Without how long already: on a log that would be a new line every second.
            state.view.waiting = "\(who), not heard any more, to be gone for good"
        case .claimed, .planStored, .gateOpened: break
        case .settling(let nodes):
            state.view.waiting = "\(nodes.map(\.text).joined(separator: ", ")) to end what an earlier start began"
        case .stepStarted(let step, _):
            state.started[step] = now
            state.change(step) { $0.state = .running }
        case .phase(_, let progress):
            state.started[progress.step] = state.started[progress.step] ?? now
            state.change(progress.step) {
                $0.state = .running
                $0.phase = progress.phase
            }
        case .stepEnded(let outcome, _): end(outcome, in: &state, at: now, limit: limit)
        case .gateWaiting(let reasons): state.view.waiting = reasons.prefix(3).joined(separator: "; ")
        case .givingBack(let node): state.view.waiting = "\(node) to be given back"
        case .interrupting: state.view.waiting = "the next safe point"
        case .stillOpen: break
        }
    }

    private static func end(_ outcome: StepOutcome, in state: inout State, at now: Int, limit: Int) {
        let began = state.started[outcome.step] ?? now
        state.change(outcome.step) {
            $0.state = outcome.result == .done ? .done : outcome.result == .failed ? .failed : .abandoned
            $0.phase = nil
            $0.elapsed = now - began
            $0.phases = outcome.phases
            $0.failure = outcome.failure
            $0.notes = outcome.facts.notes
        }
        let node = state.view.nodes.firstIndex { $0.name == outcome.step.node }
        if let node, outcome.result == .done, [.install, .rollback].contains(outcome.step.kind) {
            state.view.nodes[node].version = state.view.nodes[node].goal
        }
        state.snapshot = outcome.facts.snapshot ?? state.snapshot
        if let outage = outcome.facts.outage {
            let most = max(outage, state.view.outage?.milliseconds ?? 0)
            state.view.outage = OutageView(milliseconds: most, limit: limit)
        }
    }

    /// The report, with the nodes as a last look finds them.
    func report(_ ending: ReportView.Ending, failure: Failure?, survey: ClusterSurvey?, findings: [Finding])
        -> ReportView
    {
        state.withLock { state in
            if let survey { state.look(at: survey, limit: limit) }
            return ReportView(
                ending: ending, view: state.view, snapshot: state.snapshot, failure: failure, findings: findings)
        }
    }
}

extension RunBoard.State {
    fileprivate mutating func change(_ step: StepID, _ body: (inout StepView) -> Void) {
        guard let index = view.steps.firstIndex(where: { $0.step == step }) else { return }
        body(&view.steps[index])
    }

    fileprivate mutating func look(at survey: ClusterSurvey, limit: Int) {
        for index in view.nodes.indices {
            let name = view.nodes[index].name
            let member = survey.members.first { $0.node.name == name }
            view.nodes[index].answers = member != nil
            view.nodes[index].readiness = member?.report.readiness
            let seen = survey.cluster?.node(name)
            // Of a node that is not Ready the cluster shows what it last was.
            view.nodes[index].version = seen?.ready == true ? seen?.version : member?.report.versionRunning
            view.nodes[index].versionOnDisk = member?.report.versionOnDisk
            view.nodes[index].ready = seen?.ready
            view.nodes[index].schedulable = seen?.schedulable
        }
        // What an earlier start of the same run did is known to the agents.
        let members = survey.members.filter { $0.leases.run?.run == view.run }
        for outcome in members.flatMap(\.leases.outcomes) {
            change(outcome.step) { step in
                guard step.state == .waiting else { return }
                step.state = outcome.result == .done ? .doneBefore : .waiting
                step.phases = outcome.phases
                step.notes = outcome.facts.notes
                step.elapsed = outcome.milliseconds
            }
            snapshot = snapshot ?? outcome.facts.snapshot
            if let outage = outcome.facts.outage {
                view.outage = OutageView(milliseconds: max(outage, view.outage?.milliseconds ?? 0), limit: limit)
            }
        }
    }
}
