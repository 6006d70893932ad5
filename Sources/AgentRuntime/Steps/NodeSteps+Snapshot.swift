internal import AgentCore
internal import SystemPackage
internal import Wire

extension NodeSteps {
    /// A run's snapshots, one for each start that takes one.
    private func name(_ scene: Scene) -> String { "\(scene.plan.run)-\(scene.effect.epoch.counter)" }

    func takeSnapshot(_ scene: Scene) async throws(NodeError) -> StepFacts {
        let installation = try scene.installation()
        guard let version = try await installation.versionOnDisk(scene.runner) else {
            throw NodeError(.fileMissing, "there is no k3s at \(installation.binary)")
        }
        _ = try await stores.snapshots.take(
            named: name(scene), of: installation, version: version, created: WallClock.now(), deadline: .seconds(600),
            runner: scene.runner)
        return StepFacts()
    }

    func verifySnapshot(_ scene: Scene) async throws(NodeError) -> StepFacts {
        guard let saved = try stores.snapshots.store.open(name(scene)), let snapshot = ClusterSnapshot(saved) else {
            throw NodeError(.snapshotMissing, "the snapshot \(name(scene)) is not there")
        }
        let problems = await snapshot.problems(deadline: .seconds(600))
        guard problems.isEmpty, let report = SnapshotReport(snapshot, run: scene.plan.run) else {
            throw NodeError(
                .snapshotCorrupt, "the snapshot is not usable: \(problems.joined(separator: "; "))",
                wayOut: "look at the disk; nothing was stopped")
        }
        try stores.snapshots.prune(keeping: Self.kept, protecting: [name(scene)], in: root)
        var facts = StepFacts()
        facts.snapshot = report
        return facts
    }
}

extension SnapshotReport {
    init?(_ snapshot: ClusterSnapshot, run: RunID?) {
        guard let digest = snapshot.digest,
            let datastore = snapshot.datastore,
            let run = run ?? snapshot.run
        else { return nil }
        self.init(
            name: snapshot.name, path: snapshot.path.string, datastore: datastore, bytes: Int(digest.size),
            sha256: digest.sha256, run: run, takenAt: Int(snapshot.created), version: snapshot.version)
    }
}

extension ClusterSnapshot {
    /// The run whose snapshot it is, from its name.
    var run: RunID? { name.lastIndex(of: "-").flatMap { RunID(String(name[..<$0])) } }
    var version: K3sVersion? { saved.manifest.facts[SnapshotStore.Fact.version].flatMap { K3sVersion($0) } }
}
