internal import AgentCore
internal import CoordinatorCore
internal import Wire

/// Operators and their coordinators.
extension World {
    /// An operator gives the command: with the run that the agents know, or else a new one.
    func startCoordinator(takeOver: Bool) {
        let index = coordinators.count
        starting = false
        let stored = nodes.compactMap { $0.agent?.state.stored }.first { $0.open }
        let plan = stored?.plan ?? newPlan(run: "run-\(index)")
        guard let plan, let text = try? FrameCodec.text(of: plan) else { return }
        let planText = String(decoding: text, as: UTF8.self)
        let setup = Rollout.Setup(
            plan: plan, planText: stored?.text ?? planText, planDigest: Self.digest(stored?.text ?? planText),
            holder: Holder(who: "operator", machine: "machine-\(index)", process: index, since: now / 1_000),
            process: chance.next(), takeOver: takeOver, resumes: stored != nil)
        coordinators.append(
            SimulatedCoordinator(
                rollout: Rollout(setup, at: now), connections: nodes.map { _ in nil }, cut: nodes.map { _ in false }))
        say("coordinator \(index) starts\(stored == nil ? "" : ", resuming")\(takeOver ? ", taking over" : "")")
        checker.started()
        for node in nodes.indices { agenda.enter(.connect(0, coordinator: index, node: node), at: now + latency()) }
        drive(index) { rollout, now in rollout.tick(at: now) }
    }

    private func newPlan(run: String) -> Plan? {
        guard let run = RunID(run) else { return nil }
        let members = nodes.map { Planner.Member(name: $0.name, role: $0.role) }
        let reports = nodes.map {
            NodeReport(
                name: $0.name, role: $0.role, architecture: .amd64, versionOnDisk: $0.binary,
                versionRunning: $0.running, unit: $0.role.defaultUnit,
                datastore: $0.role == .server ? .sqlite : nil, freeBytes: 1 << 30,
                readiness: Readiness(verdict: .notReady, version: nil), snapshots: [])
        }
        let release = PlannedRelease(
            binaries: [.init(architecture: .amd64, sha256: "\(target)")], installerSHA256: nil)
        let policy = Policy(drainTimeout: 60, controlPlaneLimit: 120, gateTimeout: 120)
        return Planner(
            members: members, reports: reports, cluster: observation(by: 0), release: release, policy: policy
        )
        .upgrade(to: target, run: run)
    }

    /// Enough of a digest where nobody forges (FNV-1a).
    static func digest(_ text: String) -> String {
        String(text.utf8.reduce(UInt64(0xcbf2_9ce4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }, radix: 16)
    }

    func drive(_ coordinator: Int, _ input: (inout Rollout, Int) -> [Rollout.Action]) {
        guard var rollout = coordinators[coordinator].rollout else { return }
        let actions = input(&rollout, now)
        coordinators[coordinator].rollout = rollout
        for action in actions {
            switch action {
            case .send(let name, let id, let request):
                if let node = index(name) { send(request, id: id, from: coordinator, to: node) }
            case .note(let note): say("coordinator \(coordinator): \(note)")
            case .finish(let ending):
                say("coordinator \(coordinator) ends: \(ending)")
                coordinators[coordinator].ending = ending
                coordinators[coordinator].rollout = nil
                checker.ended(coordinator, ending)
                return
            }
        }
        scheduleWake(coordinator)
    }

    private func scheduleWake(_ coordinator: Int) {
        guard let wake = coordinators[coordinator].rollout?.wake(at: now) else { return }
        if let planned = coordinators[coordinator].nextWake, planned <= wake { return }
        coordinators[coordinator].nextWake = wake
        agenda.enter(.coordinatorWake(coordinator), at: max(wake, now))
    }

    func lookAtCluster(_ coordinator: Int, _ node: Int, _ connection: Int, _ id: Int) {
        guard nodes[node].agent != nil else { return }
        let answer: Answer =
            apiUp
            ? .cluster(observation(by: node)) : .refused(Refusal(.failed, "the API does not answer"))
        reply(answer, id: id, from: node, to: coordinator, connection)
    }

    func observation(by node: Int) -> ClusterObservation {
        ClusterObservation(
            nodes: nodes.map {
                ObservedNode(
                    name: $0.name, isServer: $0.role == .server, version: $0.shownVersion,
                    ready: $0.showsReady(at: now),
                    schedulable: !$0.unschedulable, cordon: $0.mark, heartbeat: $0.heartbeat(at: now), isVoter: nil)
            },
            leaders: [], workloads: [], volumes: [], unfinishedJobs: [], at: clock(node))
    }
}
