internal import SystemPackage
internal import Wire

extension NodeSteps {
    /// Kits and snapshots of so many runs are kept.
    static let kept = 3

    func fetch(_ scene: Scene) async throws(NodeError) -> StepFacts {
        let installation = try scene.installation()
        let policy = try NodePolicyFile(root: root).require()
        let staging = Staging(for: installation, architecture: try .current())
        let expected = try scene.plan.release.sha256(for: .current())
        guard let expected else {
            throw NodeError(
                .releaseMissing, "the plan has no binary for this machine, \(try Architecture.current().rawValue)")
        }
        let proxies = installation.configuration.proxies
        _ = try await staging.fetchBinary(
            scene.plan.target, expected: expected, policy: policy, proxies: proxies, deadline: .seconds(1_500),
            runner: scene.runner)
        if let installer = scene.plan.release.installerSHA256 {
            try await staging.fetchInstaller(
                expected: installer, policy: policy, proxies: proxies, runner: scene.runner)
        }
        return StepFacts()
    }

    func saveKit(_ scene: Scene) async throws(NodeError) -> StepFacts {
        try await payDefinition()
        let installation = try installation()
        guard let version = try await installation.versionOnDisk(scene.runner) else {
            throw NodeError(.fileMissing, "there is no k3s at \(installation.binary)")
        }
        let status = try await scene.systemd.status(installation.unit.name)
        _ = try await RollbackKit.save(
            of: installation, version: version, isEnabled: status.isEnabled, run: scene.plan.run.text,
            in: stores.kits, created: WallClock.now())
        try stores.kits.prune(
            keeping: Self.kept, protecting: [scene.plan.run.text],
            removeBelongings: { (kit) throws(NodeError) in
                try Durable.removeTree(stores.coldCopy(of: kit.manifest.name))
            })
        return StepFacts()
    }

    /// The kit of the plan's own run.
    func kit(_ scene: Scene) throws(NodeError) -> RollbackKit {
        let saved =
            scene.plan.purpose == .rollback ? try rollbackKit()?.saved : try stores.kits.open(scene.plan.run.text)
        guard let saved else {
            throw NodeError(
                .fileMissing, "the rollback kit of run \(scene.plan.run) is not on this node",
                wayOut: "run the same command again: it stages anew what is missing")
        }
        return RollbackKit(saved)
    }
}
