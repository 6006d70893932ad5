import AgentRuntime
import SystemPackage
import Testing
import Wire

@Suite struct RollbackKitTests {
    private let version: K3sVersion
    private let folder: TemporaryFolder
    private let node: NodeInstallation
    private let store: SavedStore
    private let enabled = ScriptedRunner { (command) in
        .printed(command.arguments.first == "is-enabled" ? "enabled\n" : "")
    }

    init() throws {
        version = try #require(K3sVersion("v1.34.3+k3s1"))
        folder = try TemporaryFolder()
        node = try SampleNode.master(in: folder)
        store = SavedStore(folder.path.appending("state").appending("kits"))
    }

    private func save(_ run: String = "run-1") async throws -> RollbackKit {
        try await RollbackKit.save(
            of: node, version: version, isEnabled: true, run: run, in: store, created: 1_700_000_000)
    }

    @Test func holdsAllThatTheNodeNeedsForItselfOnly() async throws {
        let kit = try await save()
        let paths = kit.saved.manifest.files.map { "\($0.part.rawValue) \($0.path)" }
        #expect(
            paths == [
                "binary /usr/local/bin/k3s", "unit /etc/systemd/system/k3s.service",
                "environment /etc/systemd/system/k3s.service.env", "configuration /etc/rancher/k3s/config.yaml",
                "identity /etc/rancher/node/password", "identity /etc/rancher/k3s/k3s.yaml",
                "identity /var/lib/rancher/k3s/server/token",
            ])
        #expect(kit.version == version)
        #expect(kit.wasEnabled)
        #expect(try FileFacts(at: kit.saved.folder)?.mode == .ownerReadWriteExecute)
        for name in try Folder.names(in: kit.saved.folder) {
            #expect(try FileFacts(at: kit.saved.folder.appending(name))?.mode == .ownerReadWrite, "\(name)")
        }
        #expect(await kit.saved.problems().isEmpty)
        #expect(try await kit.differing(in: folder.root).isEmpty)
    }

    @Test func theFirstKitOfARunIsKept() async throws {
        let first = try await save()
        try folder.write("#!/bin/sh\nnew", to: "/usr/local/bin/k3s")
        #expect(try await save() == first)
    }

    @Test func aKitThatWasNeverFinishedIsMadeAnew() async throws {
        let place = try store.prepare("run-1")
        try Durable.createFolder(place, mode: .ownerReadWriteExecute)
        try Durable.replace(place.appending("0-k3s"), with: [1], mode: .ownerReadWrite)
        #expect(try store.open("run-1") == nil)
        #expect(await (try save()).saved.problems().isEmpty)
    }

    @Test func aChangedAndAMissingCopyAreFound() async throws {
        let kit = try await save()
        let files = kit.saved.manifest.files
        try Durable.replace(kit.saved.folder.appending(files[0].stored), with: [0], mode: .ownerReadWrite)
        try Durable.remove(kit.saved.folder.appending(files[1].stored))
        let problems = await kit.saved.problems()
        #expect(problems.map(\.path) == [files[0].path, files[1].path])
        #expect(problems.map(\.kind) == [.changed(found: FileDigest(of: [0])), .missing])
    }

    @Test func whatTheInstallerLostOrChangedIsPutBackToTheByte() async throws {
        let kit = try await save()
        let unit = node.unitPath
        try Durable.remove(folder.root.path(unit))
        try folder.write("K3S_TOKEN='other'\n", to: node.environmentPath)
        try folder.write("[new]", to: "/usr/local/bin/k3s")
        let put = try await kit.putBack(in: folder.root, systemd: Systemd(enabled.runner))
        #expect(put == [unit.string, node.environmentPath.string])
        #expect(try folder.text(unit) == SampleNode.masterUnit)
        #expect(try FileFacts(at: folder.root.path(unit))?.mode == [.ownerReadWrite, .otherRead])
        #expect(try folder.text(node.environmentPath) == "")
        #expect(try folder.text("/usr/local/bin/k3s") == "[new]")
        #expect(enabled.commands.map { $0.arguments[0] } == ["is-enabled", "daemon-reload"])
        #expect(try await kit.putBack(in: folder.root, systemd: Systemd(enabled.runner)).isEmpty)
    }

    /// The installer and systemctl flush nothing: even what equals the kit may be lost with the power.
    @Test func allThatTheUnitNeedsIsFlushedEvenWhereNothingDiffers() async throws {
        let kit = try await save()
        let units: FilePath = "/etc/systemd/system"
        let wants = folder.root.path(units.appending("multi-user.target.wants"))
        try Durable.createFolder(wants, mode: .ownerReadWriteExecute)
        try symbolicLink(to: node.unitPath, at: wants.appending("k3s.service"))
        try Durable.createFolder(folder.root.path(units.appending("other.wants")), mode: .ownerReadWriteExecute)
        for unit in [SampleNode.masterUnit, ""] {
            try folder.write(unit, to: node.unitPath)
            var flushed: Set<FilePath> = []
            try await kit.putBack(in: folder.root, systemd: Systemd(enabled.runner)) { flushed.insert($0) }
            let due = [node.unitPath, node.environmentPath, units].map(folder.root.path) + [wants]
            #expect(flushed == Set(due))
        }
    }

    @Test func aConfigurationChangedSinceIsTheOperators() async throws {
        let kit = try await save()
        try folder.write("disable: traefik\n", to: "/etc/rancher/k3s/config.yaml")
        #expect(try await kit.putBack(in: folder.root, systemd: Systemd(enabled.runner)).isEmpty)
        #expect(try await kit.differing([.configuration], in: folder.root) == ["/etc/rancher/k3s/config.yaml"])
        try await kit.putBack([.configuration], in: folder.root, systemd: Systemd(enabled.runner))
        #expect(try folder.text("/etc/rancher/k3s/config.yaml") == "write-kubeconfig-mode: \"644\"\n")
    }

    @Test func theBinaryComesBackWhenAskedFor() async throws {
        let kit = try await save()
        try folder.write("[new]", to: "/usr/local/bin/k3s")
        try await kit.putBack([.binary], in: folder.root, systemd: Systemd(enabled.runner))
        #expect(enabled.commands.isEmpty, "a binary concerns no unit: a systemctl that fails may not fail the place")
        #expect(try await FileDigest.of(folder.root.path("/usr/local/bin/k3s")) == kit.binary)
        #expect(
            try FileFacts(at: folder.root.path("/usr/local/bin/k3s"))?.mode == FilePermissions(rawValue: 0o755))
    }

    @Test func aUnitThatIsDisabledIsEnabledAgain() async throws {
        let kit = try await save()
        let disabled = ScriptedRunner { (command) in
            command.arguments.first == "is-enabled" ? .printed("disabled\n", status: 1) : .printed("")
        }
        try await kit.putBack(in: folder.root, systemd: Systemd(disabled.runner))
        #expect(disabled.commands.map { $0.arguments[0] } == ["is-enabled", "enable"])
    }

    @Test func aDamagedCopyIsNeverPutBack() async throws {
        let kit = try await save()
        let unit = try #require(kit.saved.manifest.files.first { $0.part == .unit })
        try Durable.replace(kit.saved.folder.appending(unit.stored), with: [0], mode: .ownerReadWrite)
        try folder.write("changed", to: node.unitPath)
        let error = await #expect(throws: NodeError.self) {
            try await kit.putBack(in: folder.root, systemd: Systemd(enabled.runner))
        }
        #expect(error?.code == .hashMismatch)
        #expect(try folder.text(node.unitPath) == "changed")
    }

    @Test func aNodeWithoutABinaryHasNoKit() async throws {
        try Durable.remove(folder.root.path("/usr/local/bin/k3s"))
        let error = await #expect(throws: NodeError.self) { try await save() }
        #expect(error?.code == .fileMissing)
    }
}
