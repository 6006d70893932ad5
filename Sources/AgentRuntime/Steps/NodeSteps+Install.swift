internal import AgentCore
internal import Synchronization
internal import SystemPackage
internal import Wire

extension NodeSteps {
    static let installerStep = "installer"
    /// systemd ends it before.
    private static let installerLimit = InstallerRun.limit + .seconds(15)
    /// A stop of k3s takes a second or two; one that takes longer is left to the restart.
    private static let stopLimit: Duration = .seconds(60)

    /// For systemd to take up a restart; together with the wait for k3s it stays below what the coordinator gives a step.
    private static let restartLimit: Duration = .seconds(120)

    /// All that the step will need, hashed anew before anything changes.
    func check(_ scene: Scene) async throws(NodeError) -> StepFacts {
        try await payDefinition()
        let installation = try installation()
        let kit = try kit(scene)
        let staging = Staging(for: installation, architecture: try .current())
        async let hashed = kit.saved.problems()
        async let status = Self.status(of: installation.unit.name, by: scene.systemd)
        let binary = scene.step.kind == .install ? try await staging.hashedBinary(scene.plan.target) : nil
        staged.withLock { $0 = binary }
        let problems = await hashed
        guard problems.isEmpty else {
            throw NodeError(
                .hashMismatch, "the rollback kit is damaged: \(problems.map(\.description).joined(separator: "; "))",
                wayOut: "nothing was changed; look at the disk, then run the same command again")
        }
        var facts = StepFacts()
        let wanted = try await wantedSHA256(of: scene.step, in: scene.plan)
        // A staged binary has yet to go to its place, whatever is there.
        let placed = binary == nil ? try await placedSHA256(installation) : nil
        var isPlaced = wanted != nil && placed == wanted
        if scene.step.kind == .install {
            guard isPlaced || (wanted != nil && binary?.digest.sha256 == wanted) else {
                throw NodeError(
                    .releaseMismatch, "the staged binary of \(scene.plan.target) is missing or not the plan's",
                    wayOut: "nothing was changed; run the same command again")
            }
            facts.definitionIsOperators = try await isChangedByOperator(kit, afterPlace: isPlaced)
        } else if isPlaced {
            isPlaced = try await kit.differing(in: root).isEmpty
        }
        let before = try await status.get()
        // An earlier try that failed while it waited may have brought it up after all, or it still comes up: what counts
        // then as the service of before is none, and it is waited for rather than taken down again.
        if !isPlaced || before.needsReload || !isUp(before, from: installation) {
            facts.invocationBefore = before.invocation
        }
        return facts
    }

    /// Whether unit or environment are others than the kit's, which is the operator's doing: whatever a step of ours
    /// leaves undone of them is put back before another begins. What was changed so that the new version comes up after
    /// an install that failed is left as it is; nil where nothing was changed.
    ///
    /// Throws `definitionChanged` where the install has yet to begin.
    private func isChangedByOperator(_ kit: RollbackKit, afterPlace: Bool) async throws(NodeError) -> Bool? {
        let changed = try await kit.differing(in: root)
        guard !changed.isEmpty else { return nil }
        guard afterPlace else {
            throw NodeError(
                .definitionChanged,
                "changed since the rollback kit was saved: \(changed.joined(separator: ", ")); nothing was changed by us",
                wayOut:
                    "put it back as it was; or begin anew with --supersede, which saves it as it is now, and with it new "
                    + "kits of the nodes that are upgraded already: they then go back to the new version only")
        }
        return true
    }

    /// The point of no return: one rename.
    func place(_ scene: Scene) async throws(NodeError) -> StepFacts {
        let installation = try scene.installation()
        guard let wanted = try await wantedSHA256(of: scene.step, in: scene.plan) else {
            throw NodeError(.releaseMissing, "the plan has no binary for this machine")
        }
        do throws(NodeError) {
            if scene.step.kind == .rollback {
                try await kit(scene).putBack([.binary], in: root, systemd: scene.systemd)
            } else {
                let staging = Staging(for: installation, architecture: try .current())
                try await staging.place(
                    scene.plan.target, sha256: wanted, over: installation.binary, hashed: staged.withLock { $0 })
            }
        } catch {
            // What failed behind the rename does not take it back: the step may not be told to have changed nothing.
            guard try await placedSHA256(installation) == wanted else { throw error }
        }
        // Also where an agent that died behind the rename left nothing to do.
        try Durable.synchronizeFolder(root.path(installation.binary).removingLastComponent())
        var facts = StepFacts()
        facts.installedSHA256 = wanted
        return facts
    }

    private func placedSHA256(_ installation: NodeInstallation) async throws(NodeError) -> String? {
        try await FileDigest.ofPresent(root.path(installation.binary), following: true)?.sha256
    }

    /// The official installer, told all that it would forget. Whatever it does or leaves undone, unit and environment
    /// are held against the kit afterwards, so that its failure is a note and not the step's.
    func runInstaller(_ scene: Scene) async throws(NodeError) -> StepFacts {
        var facts = StepFacts()
        guard scene.effect.facts.definitionIsOperators != true else { return facts }
        do throws(NodeError) {
            guard let name = TransientUnit.name(step: Self.installerStep) else { return facts }
            // One that an earlier life of this agent started, and that still runs, is waited for.
            let earlier = try await scene.systemd.state(ofTransient: name)
            if earlier == .running {
                _ = try await scene.systemd.end(ofTransient: name, within: Self.installerLimit)
            }
            if earlier != .absent { try await scene.systemd.forget(transient: name) }
            try await kit(scene).putBack(in: root, systemd: scene.systemd)
            try oweDefinition(to: scene.plan.run)
            let installation = try installation()
            let text = try PlainFile.bytesIfPresent(root.path(installation.environmentPath), limit: 1 << 20)
            let run = try InstallerRun(
                of: installation, environmentText: text.map { String(decoding: $0, as: UTF8.self) },
                version: scene.plan.target)
            let staging = Staging(for: installation, architecture: try .current())
            let endedWell = try await run.run(
                step: Self.installerStep, script: staging.installer, folder: stores.work, systemd: scene.systemd)
            if endedWell { return facts }
            try await scene.systemd.forget(transient: name)
            let printed = (try? Systemd.output(of: stores.work.appending("\(Self.installerStep).log"))) ?? ""
            facts.notes.append(
                "the installer did not end well: \(scene.clean(printed).suffix(300))".cleaned(limit: 400))
        } catch {
            if error.code == .cancelled { throw error }
            facts.notes.append("the installer was not run to its end: \(error.message)".cleaned(limit: 400))
        }
        return facts
    }

    func restoreUnit(_ scene: Scene) async throws(NodeError) -> StepFacts {
        // Beside it, since kubectl takes its time to start; the control plane is not away yet.
        async let metering: Void = startMeter(scene)
        var facts = StepFacts()
        if scene.effect.facts.definitionIsOperators == true {
            let changed = try await kit(scene).differing(in: root)
            facts.notes.append("left as changed by hand: \(changed.joined(separator: ", "))".cleaned(limit: 400))
            await metering
            return facts
        }
        let put = try await kit(scene).putBack(in: root, systemd: scene.systemd)
        try definitionIsPutBack()
        if !put.isEmpty {
            facts.notes.append("put back from the kit: \(put.joined(separator: ", "))".cleaned(limit: 400))
        }
        await metering
        return facts
    }

    /// The database as it is when nobody has it open, so that a restore loses nothing that came before the stop. What
    /// fails here is a note and not the step's failure: a service that was stopped is started by the next phase.
    func coldCopy(_ scene: Scene) async throws(NodeError) -> StepFacts {
        let installation = try scene.installation()
        var facts = StepFacts()
        await startMeter(scene)
        guard installation.datastore == .sqlite else { return facts }
        do throws(NodeError) {
            let status = try await scene.systemd.status(installation.unit.name)
            guard !isNew(status, installation, scene) else { return facts }
            if let reason = try await takeColdCopy(of: installation, scene) {
                facts.notes.append("no cold copy: \(reason)")
            }
        } catch {
            if error.code == .cancelled { throw error }
            facts.notes.append("no cold copy: \(error.message)".cleaned(limit: 400))
        }
        return facts
    }

    /// Stops the service and copies its database, unless that was done before.
    ///
    /// - Returns: why there is no copy, if there is none.
    private func takeColdCopy(of installation: NodeInstallation, _ scene: Scene) async throws(NodeError) -> String? {
        let folder = stores.coldCopy(of: scene.plan.run.text)
        let database = root.path(installation.dataFolder.appending("server/db/state.db"))
        // After an earlier try the new version may have written; what it found is kept.
        guard try !ColdCopy.isWhole(of: database, in: folder) else { return nil }
        let unit = installation.unit.name
        try await scene.systemd.stop(unit)
        let stopped: Bool? = try await Poll(
            every: .milliseconds(20), slowingTo: .milliseconds(500), deadline: Self.stopLimit
        ).first { () async throws(NodeError) in
            let state = try await scene.systemd.status(unit).activeState
            return state == .inactive || state == .failed ? true : nil
        }
        guard stopped == true else { return "\(unit) did not stop within \(Self.stopLimit)" }
        try Durable.createFolder(folder, mode: .ownerReadWriteExecute)
        let taken = try await ColdCopy.take(of: database, to: folder, reserve: SnapshotStore.reserve)
        return taken == nil ? "there is no room for one" : nil
    }

    private func startMeter(_ scene: Scene) async {
        guard let installation = try? scene.installation(), installation.role == .server, !outage.isRunning else {
            return
        }
        outage.start(by: await ReadyProbe.prepared(kubectl(installation, scene.runner), in: stores.probe))
    }

    private static func status(of unit: String, by systemd: Systemd) async -> Result<UnitStatus, NodeError> {
        do throws(NodeError) {
            return .success(try await systemd.status(unit))
        } catch {
            return .failure(error)
        }
    }

    /// Whether the service runs the binary that is on disk, from another invocation than before.
    private func isBack(_ installation: NodeInstallation, _ scene: Scene) async throws(NodeError) -> Bool {
        let status = try await scene.systemd.status(installation.unit.name)
        return status.activeState == .active && isNew(status, installation, scene)
    }

    /// Whether the service is up, or on its way, from the binary that is on disk and from another invocation than before.
    private func isNew(_ status: UnitStatus, _ installation: NodeInstallation, _ scene: Scene) -> Bool {
        status.invocation != scene.effect.facts.invocationBefore && isUp(status, from: installation)
    }

    /// Whether the service runs, or comes up, from the binary that is on disk.
    private func isUp(_ status: UnitStatus, from installation: NodeInstallation) -> Bool {
        guard status.activeState == .activating || status.activeState == .active, let process = status.mainProcess
        else { return false }
        return RunningBinary.isInstalled(process: process, binary: root.path(installation.binary))
    }

    func restart(_ scene: Scene) async throws(NodeError) -> StepFacts {
        let installation = try scene.installation()
        await startMeter(scene)
        var last: NodeError?
        // The cold copy has stopped the service: one refusal of systemd's must not leave it so.
        let begun: Bool? = try await Poll(
            every: .milliseconds(100), slowingTo: .seconds(5), deadline: Self.restartLimit
        ).first { () async throws(NodeError) in
            do throws(NodeError) {
                try await restartOnce(installation, scene)
                return true
            } catch {
                if error.code == .cancelled { throw error }
                last = error
                return nil
            }
        }
        if begun != true, let last { throw last }
        return StepFacts()
    }

    private func restartOnce(_ installation: NodeInstallation, _ scene: Scene) async throws(NodeError) {
        let status = try await scene.systemd.status(installation.unit.name)
        // A service that is already on its way up from the new binary is never killed.
        if isNew(status, installation, scene) { return }
        // An agent that died between a file and the reload left systemd with what it had read before.
        if status.needsReload { try await scene.systemd.reload() }
        try await scene.systemd.restart(installation.unit.name)
    }

    func awaitService(_ scene: Scene) async throws(NodeError) -> StepFacts {
        let installation = try scene.installation()
        let kubectl = kubectl(installation, scene.runner)
        let limit = Duration.seconds(scene.plan.policy.controlPlaneLimit)
        let back: Bool? = try await Poll(
            every: .milliseconds(20), slowingTo: .milliseconds(500), deadline: limit
        ).first { () async throws(NodeError) in
            do throws(NodeError) {
                guard try await isBack(installation, scene) else { return nil }
            } catch {
                // A look that failed says nothing of the service; the one after the deadline tells why.
                if error.code == .cancelled { throw error }
                return nil
            }
            guard installation.role == .server else { return true }
            // Asked by the meter's own means where it runs: kubectl's start would cost k3s' start its processor.
            if let ready = await outage.isReady() { return ready ? true : nil }
            return await kubectl.isReady() ? true : nil
        }
        var facts = StepFacts()
        facts.outage = await outage.stop()
        guard back == true else {
            let status = try await scene.systemd.status(installation.unit.name)
            throw NodeError(
                .serviceNotBack,
                "\(installation.unit.name) is \(status.activeState.rawValue) (\(status.subState)) after \(limit); it was "
                    + "left as it is, since a k3s that is still starting must not be killed",
                wayOut: installation.role == .worker
                    ? "look at `journalctl -u \(installation.unit.name)` there; `coordinator rollback --node "
                        + "\(scene.node)` puts the former version back"
                    : "look at `journalctl -u \(installation.unit.name)` there; the way back is in "
                        + "docs/runbooks/k3s-upgrade.md under \"Rolling back\"")
        }
        try? Staging(for: installation, architecture: .current()).sweep()
        return facts
    }
}

extension NodeError.Code {
    package static let serviceNotBack = Self(rawValue: "service-not-back")
    /// Unit or environment are others than when the rollback kit was saved.
    package static let definitionChanged = Self(rawValue: "definition-changed")
}
