import AgentRuntime
import SystemPackage
import Testing
import Wire

@Suite struct SnapshotStoreTests {
    private let folder: TemporaryFolder
    private let node: NodeInstallation
    private let store: SnapshotStore
    private let version: K3sVersion
    private let database: SampleDatabase

    init() throws {
        folder = try TemporaryFolder()
        node = try SampleNode.master(in: folder)
        try folder.write("", to: "/var/lib/rancher/k3s/server/db/x")
        database = try SampleDatabase.make(
            at: folder.root.path("/var/lib/rancher/k3s/server/db/state.db"), rows: 200)
        store = SnapshotStore(SavedStore(folder.path.appending("snapshots")))
        version = try #require(K3sVersion("v1.34.3+k3s1"))
    }

    private func take(_ name: String = "r1", created: Int64 = 1) async throws -> ClusterSnapshot {
        try await store.take(
            named: name, of: node, version: version, created: created, deadline: .seconds(60),
            runner: ScriptedRunner { (_) in .printed("") }.runner)
    }

    @Test func aSnapshotHasItsTokenBesideItAndVerifies() async throws {
        let snapshot = try await take()
        #expect(snapshot.datastore == .sqlite)
        #expect(snapshot.hasToken)
        #expect(await snapshot.problems(deadline: .seconds(60)).isEmpty)
        #expect(try SampleDatabase(snapshot.path).rows() == 200)
        let places = snapshot.saved.manifest.files.map(\.path)
        for place in [
            "/var/lib/rancher/k3s/server/token", "/etc/systemd/system/k3s.service", "/etc/rancher/node/password",
            "/etc/rancher/k3s/config.yaml", "/var/lib/rancher/k3s/server/db/state.db",
        ] {
            #expect(places.contains(place), "\(place)")
        }
        #expect(try FileFacts(at: snapshot.saved.folder)?.mode == .ownerReadWriteExecute)
        #expect(try await take() == snapshot)
    }

    @Test func aCopyThatChangedIsNoLongerASnapshot() async throws {
        let snapshot = try await take()
        var bytes = try PlainFile.open(snapshot.path).bytes(limit: 8 << 20)
        for index in 8192..<12288 { bytes[index] = 0xff }
        try Durable.replace(snapshot.path, with: bytes, mode: .ownerReadWrite)
        #expect(await snapshot.problems(deadline: .seconds(60)).count == 2)
    }

    @Test func withoutATokenThereIsNoSnapshot() async throws {
        try Durable.remove(folder.root.path("/var/lib/rancher/k3s/server/token"))
        let error = await #expect(throws: NodeError.self) { try await take() }
        #expect(error?.code == .snapshotMissing)
    }

    @Test func anExternalDatastoreIsTheOperators() async throws {
        try folder.write("datastore-endpoint: postgres://x/y\n", to: "/etc/rancher/k3s/config.yaml")
        let external = try NodeInstallation.discover(in: folder.root)
        let error = await #expect(throws: NodeError.self) {
            try await store.take(
                named: "r1", of: external, version: version, created: 1, deadline: .seconds(60),
                runner: ScriptedRunner { (_) in .printed("") }.runner)
        }
        #expect(error?.code == .snapshotFailed)
        #expect(error?.wayOut?.contains("--external-backup-taken") == true)
    }

    @Test func onlyTheNewestAreKept() async throws {
        for (index, name) in ["r1", "r2", "r3"].enumerated() { _ = try await take(name, created: Int64(index)) }
        #expect(try store.prune(keeping: 2, protecting: [], in: folder.root) == ["r1"])
        #expect(try store.all().map(\.name) == ["r3", "r2"])
        #expect(try FileFacts(at: folder.root.path("/var/lib/rancher/k3s/server/db/state.db")) != nil)
    }

    /// K3s keeps what it saved for us as long as we do: its own retention knows nothing of our names.
    @Test func whatK3sSavedForUsGoesWithOurs() async throws {
        try folder.write("", to: "/var/lib/rancher/k3s/server/db/etcd/member/wal/0.wal")
        let server = try NodeInstallation.discover(in: folder.root)
        let root = folder.root
        let theirs = root.path("/var/lib/rancher/k3s/server/db/snapshots")
        let k3s = ScriptedRunner { (command) throws(NodeError) in
            if command.arguments.contains("save") {
                try Durable.createFolder(theirs, mode: .ownerReadWriteExecute)
                let name = theirs.appending("\(command.arguments.last ?? "")-k3s-master-1")
                try Durable.replace(name, with: EtcdSample.bytes(), mode: .ownerReadWrite)
                return .printed("", error: "Snapshot saved.")
            }
            let items = try Folder.names(in: theirs).map { "{\"spec\":{\"snapshotName\":\"\($0)\"}}" }
            return .printed("{\"items\":[\(items.joined(separator: ","))]}")
        }
        for (index, name) in ["r1", "r2"].enumerated() {
            _ = try await store.take(
                named: name, of: server, version: version, created: Int64(index), deadline: .seconds(60),
                runner: k3s.runner)
        }
        try Durable.replace(theirs.appending("etcd-snapshot-k3s-master-1"), with: [1], mode: .ownerReadWrite)
        #expect(try store.prune(keeping: 1, protecting: [], in: root) == ["r1"])
        #expect(
            try Folder.names(in: theirs).sorted() == ["etcd-snapshot-k3s-master-1", "k3s-upgrade-r2-k3s-master-1"])
    }
}
