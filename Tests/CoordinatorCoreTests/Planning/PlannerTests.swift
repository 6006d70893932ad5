import CoordinatorCore
import Testing
import Wire

@Suite struct PlannerTests {
    private func refusals(_ planner: Planner, _ target: K3sVersion) -> [String] {
        planner.findings(for: target).filter { $0.severity == .refusal }.map { "\($0.code) \($0.about)" }
    }

    @Test(arguments: [(1, 0), (1, 2), (3, 5)]) func nothingStandsAgainstAGoodCluster(_ servers: Int, _ workers: Int)
        throws
    {
        let made = try Made(servers: servers, workers: workers)
        #expect(made.planner().findings(for: made.new).isEmpty)
    }

    @Test func skippedMinorAndOlder() throws {
        let made = try Made(workers: 0)
        let skipped = try #require(K3sVersion("v1.36.0+k3s1"))
        #expect(refusals(made.planner(), skipped) == ["skips-minor server-1"])
        let older = try #require(K3sVersion("v1.34.2+k3s1"))
        #expect(refusals(made.planner(), older) == ["downgrade server-1"])
    }

    @Test func aMemberThatTheClusterDoesNotKnow() throws {
        let made = try Made()
        let cluster = made.cluster([made.node(made.servers[0]), made.node(made.workers[0])])
        #expect(refusals(made.planner(cluster: cluster), made.new) == ["unknown-node worker-2"])
    }

    @Test func aNodeThatTheInventoryLeavesOut() throws {
        let made = try Made()
        let members = [
            Planner.Member(name: made.servers[0], role: .server), .init(name: made.workers[0], role: .worker),
        ]
        #expect(refusals(made.planner(members: members), made.new) == ["left-out worker-2"])
    }

    @Test func aRoleThatIsAnother() throws {
        let made = try Made(workers: 1)
        let swapped = [
            Planner.Member(name: made.servers[0], role: .server), .init(name: made.workers[0], role: .server),
        ]
        #expect(refusals(made.planner(members: swapped), made.new) == ["wrong-role worker-1"])
        // A worker's unit that says server, the installer's trap, is found though the cluster still says worker.
        let reports = [made.report(made.servers[0]), made.report(made.workers[0], role: .server)]
        #expect(refusals(made.planner(reports: reports), made.new) == ["wrong-role worker-1"])
    }

    @Test func aNodeThatIsNotReady() throws {
        let made = try Made(workers: 1)
        let cluster = made.cluster([made.node(made.servers[0]), made.node(made.workers[0], ready: false)])
        #expect(refusals(made.planner(cluster: cluster), made.new) == ["not-ready worker-1"])
    }

    @Test func anAgentThatSaysNothing() throws {
        let made = try Made(workers: 1)
        #expect(
            refusals(made.planner(reports: [made.report(made.servers[0])]), made.new) == ["no-report worker-1"])
    }

    @Test func anArchitectureWithoutABinary() throws {
        let made = try Made(workers: 0)
        let planner = Planner(
            members: [.init(name: made.servers[0], role: .server)], reports: [made.report(made.servers[0])],
            cluster: made.cluster(),
            release: PlannedRelease(binaries: [.init(architecture: .arm64, sha256: "s")], installerSHA256: nil),
            policy: made.policy)
        #expect(refusals(planner, made.new) == ["no-binary server-1"])
    }

    @Test func anExternalDatastoreWantsTheOperatorsWord() throws {
        let made = try Made(workers: 0)
        let reports = [made.report(made.servers[0], datastore: .external)]
        #expect(refusals(made.planner(reports: reports), made.new) == ["external-datastore datastore"])
        let told = made.planner(reports: reports, policy: Policy(externalBackupTaken: true))
        #expect(told.findings(for: made.new).isEmpty)
        #expect(!told.upgrade(to: made.new, run: made.run).steps.contains { $0.kind == .snapshot })
    }

    @Test func etcdsPathIsLookedAt() throws {
        let made = try Made(workers: 0)
        let old = try #require(K3sVersion("v1.33.1+k3s1"))
        let target = try #require(K3sVersion("v1.34.1+k3s1"))
        let planner = made.planner(
            reports: [made.report(made.servers[0], datastore: .etcd)],
            cluster: made.cluster([made.node(made.servers[0], version: old)]))
        #expect(refusals(planner, target) == ["etcd-path etcd"])
    }

    @Test func twoServersAreAWarning() throws {
        let made = try Made(servers: 2, workers: 0)
        let planner = made.planner(reports: made.servers.map { made.report($0, datastore: .etcd) })
        #expect(planner.findings(for: made.new).map(\.code) == ["two-servers"])
        #expect(planner.findings(for: made.new).map(\.severity) == [.warning])
    }

    @Test func everythingIsFoundAtOnce() throws {
        let made = try Made(servers: 1, workers: 2)
        let cluster = made.cluster([
            made.node(made.servers[0], ready: false), made.node(made.workers[0], version: made.new),
        ])
        let older = try #require(K3sVersion("v1.34.9+k3s1"))
        #expect(
            Set(refusals(made.planner(cluster: cluster), older)) == [
                "not-ready server-1", "unknown-node worker-2", "downgrade worker-1",
            ])
    }

    // MARK: Steps

    @Test func snapshotThenServersThenWorkersOneByOne() throws {
        let made = try Made(servers: 2, workers: 2)
        let members = made.names.reversed().map { Planner.Member(name: $0, role: made.role($0)) }
        let plan = made.planner(members: members).upgrade(to: made.new, run: made.run)
        #expect(
            plan.steps.map(\.id.description) == [
                "stage/server-1", "stage/server-2", "stage/worker-1", "stage/worker-2", "snapshot/server-1",
                "install/server-1", "install/server-2", "drain/worker-1", "install/worker-1", "uncordon/worker-1",
                "drain/worker-2", "install/worker-2", "uncordon/worker-2",
            ])
        #expect(plan.nodes.map(\.name) == made.names)
        #expect(plan.nodes.allSatisfy { $0.version == made.old })
        #expect(plan.target == made.new)
    }

    /// What runs the target already is not disrupted again; but all three words must agree that it does.
    @Test func aNodeThatIsThereIsLeftAlone() throws {
        let made = try Made(servers: 1, workers: 1)
        let nodes = [made.node(made.servers[0], version: made.new), made.node(made.workers[0])]
        func kinds(disk: K3sVersion, running: K3sVersion) -> [String] {
            made.planner(
                reports: [made.report(made.servers[0], disk: disk, running: running), made.report(made.workers[0])],
                cluster: made.cluster(nodes)
            )
            .upgrade(to: made.new, run: made.run).steps.filter { $0.kind == .install }.map(\.node.text)
        }
        #expect(kinds(disk: made.new, running: made.new) == ["worker-1"])
        #expect(kinds(disk: made.old, running: made.new) == ["server-1", "worker-1"])
        #expect(kinds(disk: made.new, running: made.old) == ["server-1", "worker-1"])
    }

    @Test func aRollbackIsOfOneWorker() throws {
        let made = try Made(servers: 1, workers: 2)
        let plan = made.planner().rollback(of: made.workers[1], to: made.old, run: made.run)
        #expect(
            plan.steps.map(\.id.description) == ["drain/worker-2", "rollback/worker-2", "uncordon/worker-2"])
        #expect(plan.purpose == .rollback)
        #expect(plan.nodes.count == 3)
    }
}
