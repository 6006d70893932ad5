import AgentRuntime
import SystemPackage
import Testing

@Suite struct EtcdSnapshotsTests {
    private let folder: TemporaryFolder
    private let node: NodeInstallation
    private let file = "k3s-upgrade-r1-k3s-master-1700000000"

    init() throws {
        folder = try TemporaryFolder()
        _ = try SampleNode.master(in: folder)
        try folder.write("", to: "/var/lib/rancher/k3s/server/db/etcd/member/wal/0.wal")
        node = try NodeInstallation.discover(in: folder.root)
    }

    /// A k3s that writes these bytes under that name, says this and lists those.
    private func k3s(
        writes bytes: [UInt8]?, as name: String, says line: String, lists: [String], status: Int32 = 0
    ) -> ScriptedRunner {
        let snapshots = folder.root.path("/var/lib/rancher/k3s/server/db/snapshots")
        return ScriptedRunner { (command) throws(NodeError) in
            guard command.arguments.contains("save") else {
                let items = lists.map { "{\"spec\":{\"snapshotName\":\"\($0)\"},\"status\":{\"readyToUse\":true}}" }
                return .printed("{\"kind\":\"List\",\"items\":[\(items.joined(separator: ","))]}")
            }
            try Durable.createFolder(snapshots, mode: .ownerReadWriteExecute)
            if let bytes { try Durable.replace(snapshots.appending(name), with: bytes, mode: .ownerReadWrite) }
            return .printed("", error: line, status: status)
        }
    }

    private let saved = "time=\"2025-11-01T00:00:00Z\" level=info msg=\"Snapshot k3s-upgrade-r1 saved.\"\n"

    @Test func takenFoundAndVerified() async throws {
        let k3s = k3s(writes: EtcdSample.bytes(), as: file, says: saved, lists: [file])
        let (path, digest) = try await EtcdSnapshots(of: node, runner: k3s.runner).take(named: "r1")
        #expect(path == FilePath("/var/lib/rancher/k3s/server/db/snapshots/\(file)"))
        #expect(digest == FileDigest(of: EtcdSample.bytes()))
        #expect(
            k3s.commands.map(\.arguments) == [
                ["etcd-snapshot", "save", "--name", "k3s-upgrade-r1"],
                ["etcd-snapshot", "ls", "-o", "json"],
            ])
        #expect(!EtcdSnapshots.prefix.hasPrefix("etcd-snapshot"))
    }

    @Test func anotherDataFolderIsSaid() async throws {
        try folder.write("data-dir: /data/k3s\n", to: "/etc/rancher/k3s/config.yaml")
        let elsewhere = try NodeInstallation.discover(in: folder.root)
        let k3s = ScriptedRunner { (_) in .printed("[]") }
        #expect(try await EtcdSnapshots(of: elsewhere, runner: k3s.runner).listed().isEmpty)
        #expect(k3s.commands[0].arguments == ["etcd-snapshot", "ls", "--data-dir", "/data/k3s", "-o", "json"])
    }

    /// K3s reads its configuration for this command, too, and refuses `--dir` beside an `etcd-snapshot-dir` from there.
    @Test func whatTheScheduleIsToldIsSaidOtherwise() async throws {
        try folder.write(
            "etcd-snapshot-dir: /backup\netcd-snapshot-compress: true\n", to: "/etc/rancher/k3s/config.yaml")
        let configured = try NodeInstallation.discover(in: folder.root)
        let k3s = k3s(writes: EtcdSample.bytes(), as: file, says: saved, lists: [file])
        _ = try await EtcdSnapshots(of: configured, runner: k3s.runner).take(named: "r1")
        let overrides = [
            "--etcd-snapshot-dir", "/var/lib/rancher/k3s/server/db/snapshots", "--etcd-snapshot-compress=false",
        ]
        #expect(
            k3s.commands.map(\.arguments) == [
                ["etcd-snapshot", "save"] + overrides + ["--name", "k3s-upgrade-r1"],
                ["etcd-snapshot", "ls"] + overrides + ["-o", "json"],
            ])
    }

    @Test func exitZeroWithoutTheLineIsNoSnapshot() async throws {
        let k3s = k3s(writes: EtcdSample.bytes(), as: file, says: "", lists: [file])
        #expect(await code(k3s) == .snapshotMissing)
    }

    @Test func theLineWithoutAFileIsNoSnapshot() async throws {
        #expect(await code(k3s(writes: nil, as: file, says: saved, lists: [file])) == .snapshotMissing)
    }

    @Test func aPartFileIsNoSnapshot() async throws {
        let k3s = k3s(writes: EtcdSample.bytes(), as: file + ".part", says: saved, lists: [])
        #expect(await code(k3s) == .snapshotMissing)
    }

    @Test func aCorruptFileIsFound() async throws {
        let k3s = k3s(writes: [UInt8](repeating: 0, count: 544), as: file, says: saved, lists: [file])
        #expect(await code(k3s) == .snapshotCorrupt)
    }

    @Test func aFileThatK3sDoesNotListIsNoSnapshot() async throws {
        let k3s = k3s(writes: EtcdSample.bytes(), as: file, says: saved, lists: ["other"])
        #expect(await code(k3s) == .snapshotMissing)
    }

    @Test func aFailureIsAFailure() async throws {
        let k3s = k3s(writes: nil, as: file, says: "etcd datastore disabled", lists: [], status: 1)
        #expect(await code(k3s) == .commandFailed)
    }

    private func code(_ k3s: ScriptedRunner) async -> NodeError.Code? {
        do {
            _ = try await EtcdSnapshots(of: node, runner: k3s.runner).take(named: "r1")
            return nil
        } catch {
            return error.code
        }
    }
}
