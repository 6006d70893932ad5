import SystemPackage
import Testing
import Wire

@testable import AgentRuntime

@Suite struct ReadinessVerdictTests {
    private let folder: TemporaryFolder
    private let store: SavedStore

    init() throws {
        folder = try TemporaryFolder()
        store = SavedStore(folder.path.appending("kits"))
    }

    private func kit(of version: String) async throws -> RollbackKit {
        try await RollbackKit.save(
            of: SampleNode.master(in: folder), version: #require(K3sVersion(version)), isEnabled: true, run: "run-1",
            in: store, created: 1_700_000_000)
    }

    private func judge(_ kit: RollbackKit?, _ role: Role, _ datastore: Datastore?) async -> Readiness {
        await ReadinessVerdict(
            kit: kit, snapshots: [], role: role, datastore: datastore, version: K3sVersion("v1.35.1+k3s1")
        ).judge()
    }

    @Test func withoutAKitNothingIsReady() async throws {
        #expect(await judge(nil, .worker, nil).verdict == .notReady)
    }

    @Test(arguments: [
        ("v1.34.3+k3s1", Role.worker, Datastore?.none, Readiness.Verdict.reinstall),
        ("v1.35.0+k3s1", .server, .sqlite, .reinstall), ("v1.34.3+k3s1", .server, .sqlite, .notReady),
        ("v1.34.3+k3s1", .server, .external, .notReady), ("v1.34.3+k3s1", .server, .etcd, .rejoin),
    ])
    func aWholeKit(of former: String, role: Role, datastore: Datastore?, verdict: Readiness.Verdict) async throws {
        let readiness = try await judge(kit(of: former), role, datastore)
        #expect(readiness.verdict == verdict)
        #expect(readiness.version == K3sVersion(former))
        #expect(readiness.reason.isEmpty == (verdict != .notReady))
    }

    @Test func aKitThatWasChangedBringsNothingBack() async throws {
        let kit = try await kit(of: "v1.34.3+k3s1")
        let file = try #require(kit.saved.manifest.files.first)
        try Durable.replace(kit.saved.folder.appending(file.stored), with: [0], mode: .ownerReadWrite)
        #expect(await judge(kit, .worker, nil).verdict == .notReady)
        #expect(await judge(kit, .server, .etcd).verdict == .notReady)
    }
}
