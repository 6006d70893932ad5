internal import AgentCore
internal import CoordinatorCore
internal import Wire

/// What operators' commands come to: as with the real program, a run that is open is resumed, and a new one begins only
/// when all agents and the API answer and nothing stands against it.
extension World {
    /// Gives a command. False where it ended before there was a coordinator to lead.
    @discardableResult func command(_ wish: Wish) -> Bool {
        commandIsDue = false
        guard let setup = prepare(wish) else { return false }
        begin(setup, wish)
        return true
    }

    /// Gives a command that asks the agents now and begins some time later. False where it ended before.
    func commandHesitantly(_ wish: Wish) -> Bool {
        guard let setup = prepare(wish) else { return false }
        agenda.enter(.operatorBegins(wish, setup), at: now + chance.pick(1_000...200_000))
        return true
    }

    private func prepare(_ wish: Wish) -> Rollout.Setup? {
        commands += 1
        let setup = setup(for: wish)
        if setup == nil { say("an operator's command comes to nothing: \(wish)") }
        return setup
    }

    /// What an operator's command has prepared begins.
    func begin(_ setup: Rollout.Setup, _ wish: Wish) {
        let index = coordinators.count
        let clock = MachineClock(showing: chance.pick(0...1_000_000), drift: chance.pick(-500...500))
        let coordinator = SimulatedCoordinator(
            Rollout(setup, at: clock.reading(at: now)), setup, nodes: nodes.count, clock: clock,
            onlyReleases: wish == .release)
        if cuts.indices.contains(index) { for node in cuts[index] { coordinator.cutUntil[node] = Self.never } }
        start(coordinator)
        say("coordinator \(index) starts: \(wish), run \(setup.plan.run)\(setup.resumes ? ", resumed" : "")")
        rules.commandGiven()
        for node in nodes.indices where !setup.assumeDown.contains(nodes[node].name) {
            agenda.enter(.connect(coordinator: index, node: node), at: now + chance.pick(1...400))
        }
        aim(at: .stage(.surveying), node: nil, within: 200)
        drive(index) { $0.tick(at: $1) }
    }

    private func setup(for wish: Wish) -> Rollout.Setup? {
        // An operator who is told that another run is open leaves that one behind.
        let isTold = lastEnding.map(Self.saysAnotherRunIsOpen) ?? false
        let stored = openRun
        let run = RunID("run-\(commands)")
        var supersedes = false
        var prepared: (plan: Plan, text: String)?
        switch wish {
        case .rollBack:
            prepared = run.flatMap(rollback).flatMap(written)
            supersedes = true
        case .wrongTarget(let version):
            prepared = run.flatMap { upgrade(to: version, run: $0) }.flatMap(written)
            supersedes = true
        case .upgrade, .takeOver, .release, .assumeDown:
            if let stored {
                prepared = (stored.plan, stored.text)
            } else if wish != .release {
                prepared = run.flatMap { upgrade(to: target, run: $0) }.flatMap(written)
            }
        }
        guard let prepared else { return nil }
        var down: [NodeName] = []
        if case .assumeDown(let node) = wish { down = [nodes[node].name] }
        return Rollout.Setup(
            plan: prepared.plan, planText: prepared.text, planDigest: plans.digest(prepared.text),
            holder: Holder(
                who: "operator", machine: "machine-\(coordinators.count)", process: coordinators.count,
                since: now / 1_000),
            process: chance.next(), takeOver: wish == .takeOver, supersede: supersedes || isTold, assumeDown: down,
            resumes: !supersedes && stored != nil,
            madeAt: supersedes || stored == nil
                ? nodes.compactMap { $0.agent?.machine.state.promised?.counter }.max() ?? 0 : nil)
    }

    /// How many commands there had been when a run's plan was made.
    static func number(of run: RunID) -> Int { Int(run.text.dropFirst("run-".count)) ?? 0 }

    /// As a survey finds it.
    private var openRun: AgentState.StoredPlan? {
        let told = nodes.map { $0.agent?.machine.report(at: 0) }
        let servers = zip(nodes, told).filter { $0.0.role == .server }.compactMap(\.1)
        let index = told.firstIndex { report in
            guard let report, report.run?.open == true else { return false }
            return !report.wasLeftBehind(among: told.compactMap(\.self), servers: servers)
        }
        return index.flatMap { nodes[$0].agent?.machine.state.stored }
    }

    /// Later than any run lasts, and still a time that an agenda takes.
    private static let never = 4_000_000_000

    private static func saysAnotherRunIsOpen(_ ending: Ending) -> Bool {
        if case .failed(_, let failure) = ending { failure.code == "refused-plan" } else { false }
    }

    /// That a plan is read as it was written is seen on some; for the others a word stands, since writing and reading
    /// one takes longer than all else that a run does.
    private func written(_ plan: Plan) -> (plan: Plan, text: String)? {
        guard chance.chance(1, in: 64) else {
            let text = "plan of \(plan.run)"
            plans.enter(text, plan)
            return (plan, text)
        }
        guard let bytes = try? FrameCodec.text(of: plan) else { return nil }
        return (plan, String(decoding: bytes, as: UTF8.self))
    }

    /// A planner, where all agents and the API answer.
    private func planner() -> Planner? {
        guard nodes.allSatisfy({ $0.agent != nil && $0.hostUp && $0.frozenUntil <= now }),
            nodes.indices.contains(where: { nodes[$0].role == .server && apiAnswers(at: $0) })
        else { return nil }
        let reports = nodes.map {
            NodeReport(
                name: $0.name, role: $0.role, architecture: .amd64, versionOnDisk: $0.binary,
                versionRunning: $0.running, unit: $0.role.defaultUnit, datastore: $0.role == .server ? .sqlite : nil,
                freeBytes: 1 << 30, readiness: Readiness(verdict: .notReady, version: nil), snapshots: [])
        }
        let release = PlannedRelease(binaries: [.init(architecture: .amd64, sha256: "\(target)")], installerSHA256: nil)
        return Planner(
            members: nodes.map { Planner.Member(name: $0.name, role: $0.role) }, reports: reports,
            cluster: observation(at: 0), release: release,
            policy: Policy(
                method: storm.usesInstaller ? .installScript : .binary, drainTimeout: 60, controlPlaneLimit: 120,
                gateTimeout: 120))
    }

    private func upgrade(to version: K3sVersion, run: RunID) -> Plan? {
        guard let planner = planner(), !planner.findings(for: version).contains(where: { $0.severity == .refusal })
        else { return nil }
        return planner.upgrade(to: version, run: run)
    }

    /// Workers that were upgraded and whose kit still holds the version before.
    var rollbackCandidates: [SimulatedNode] {
        nodes.filter { $0.role == .worker && $0.binary == target && $0.kit.map { $0.version < target } ?? false }
    }

    private func rollback(_ run: RunID) -> Plan? {
        guard let planner = planner() else { return nil }
        guard let worker = chance.pick(rollbackCandidates), let kit = worker.kit else { return nil }
        return planner.rollback(of: worker.name, to: kit.version, run: run)
    }
}
