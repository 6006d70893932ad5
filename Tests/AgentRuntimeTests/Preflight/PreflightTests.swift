import AgentRuntime
import FoundationEssentials
import SystemPackage
import Testing
import Wire

@Suite struct PreflightTests {
    private func version(_ text: String) throws -> K3sVersion { try #require(K3sVersion(text)) }

    private func configuration(_ arguments: [String] = [], file: String = "") -> K3sConfiguration {
        K3sConfiguration(arguments: arguments.map { UnitWord($0) }, environment: [:], files: [ConfigFile(file)])
    }

    // MARK: Disk

    @Test func needsOnOneDiskAddUp() {
        let needs = [
            DiskCheck.Need(purpose: "the new k3s", bytes: 70 << 20, device: 1, path: "/usr/local/bin"),
            DiskCheck.Need(purpose: "the kit", bytes: 70 << 20, device: 1, path: "/var/lib"),
            DiskCheck.Need(purpose: "the snapshot", bytes: 50 << 20, device: 2, path: "/data"),
        ]
        let free: [UInt64: Int64] = [1: 200 << 20, 2: 60 << 20]
        #expect(DiskCheck.findings(needs, free: free, reserve: 10 << 20).isEmpty)
        let findings = DiskCheck.findings(needs, free: free, reserve: 64 << 20)
        #expect(findings.map(\.about) == ["/usr/local/bin", "/data"])
        #expect(findings[0].problem.contains("200 MiB are free, 204 MiB are needed"))
        #expect(DiskCheck.findings(needs, free: [:], reserve: 0).count == 2)
    }

    // MARK: cgroups

    @Test(
        arguments: [
            ("v1.35.1+k3s1", false, [], 1), ("v1.35.1+k3s1", true, [], 0), ("v1.34.9+k3s1", false, [], 0),
            ("v1.35.1+k3s1", false, ["--kubelet-arg=fail-cgroupv1=false"], 0),
            ("v1.35.1+k3s1", false, ["--kubelet-arg", "fail-cgroupv1=true"], 1),
        ] as [(String, Bool, [String], Int)])
    func cgroups(target: String, unified: Bool, arguments: [String], count: Int) throws {
        let findings = try CgroupCheck.findings(
            target: version(target), isUnified: unified, configuration: configuration(arguments))
        #expect(findings.count == count)
        #expect(findings.allSatisfy { $0.severity == .refusal && $0.code == "cgroup-v1" })
    }

    @Test func theHierarchyIsToldByItsRootsFile() throws {
        let folder = try TemporaryFolder()
        #expect(try !CgroupCheck.isUnified(in: folder.root))
        try folder.write("cpu memory\n", to: "/sys/fs/cgroup/cgroup.controllers")
        #expect(try CgroupCheck.isUnified(in: folder.root))
    }

    // MARK: Flags

    @Test(
        arguments: [
            (["--no-deploy", "traefik"], "", "v1.25.0+k3s1", ["--no-deploy"]),
            (["--no-deploy=traefik"], "", "v1.24.9+k3s1", []),
            (["--flannel-backend=wireguard"], "", "v1.26.0+k3s1", ["--flannel-backend=wireguard"]),
            (["--flannel-backend=wireguard-native"], "", "v1.30.0+k3s1", []),
            (["--flannel-backend", "ipsec"], "", "v1.26.0+k3s1", []),
            ([], "disable-selinux: true\n", "v1.35.1+k3s1", ["--disable-selinux"]),
            ([], "flannel-backend: ipsec\n", "v1.27.1+k3s1", ["--flannel-backend=ipsec"]),
            (["--disable", "traefik"], "disable:\n  - servicelb\n", "v1.35.1+k3s1", []),
        ] as [([String], String, String, [String])])
    func removedFlags(arguments: [String], file: String, target: String, things: [String]) throws {
        let findings = try RemovedFlagCheck.findings(
            target: version(target), configuration: configuration(arguments, file: file))
        #expect(findings.map(\.about) == things)
    }

    // MARK: etcd

    @Test(arguments: [
        ("v1.33.6+k3s1", "v1.34.3+k3s1", Datastore.etcd, 1), ("v1.33.7+k3s2", "v1.34.3+k3s1", .etcd, 1),
        ("v1.33.7+k3s3", "v1.34.3+k3s1", .etcd, 0), ("v1.33.6+k3s1", "v1.33.7+k3s3", .etcd, 0),
        ("v1.33.6+k3s1", "v1.34.3+k3s1", .sqlite, 0), ("v1.34.1+k3s1", "v1.35.1+k3s1", .etcd, 0),
    ])
    func etcdPath(current: String, target: String, datastore: Datastore, count: Int) throws {
        let findings = EtcdPathCheck.findings(
            current: try version(current), target: try version(target), datastore: datastore)
        #expect(findings.count == count)
    }

    // MARK: Drain

    private func pods(_ texts: [String]) throws -> [ClusterPod] {
        try texts.map { try JSONDecoder().decode(ClusterPod.self, from: Data($0.utf8)) }
    }

    private func pod(
        _ name: String, owner: String? = "ReplicaSet", node: String = "w1", phase: String = "Running",
        volumes: String = "[]"
    ) -> String {
        let owners = owner.map { "[{\"kind\":\"\($0)\",\"name\":\"o\",\"controller\":true}]" } ?? "[]"
        return "{\"metadata\":{\"name\":\"\(name)\",\"namespace\":\"n\",\"labels\":{\"app\":\"\(name)\"},"
            + "\"ownerReferences\":\(owners)},\"spec\":{\"nodeName\":\"\(node)\",\"volumes\":\(volumes)},"
            + "\"status\":{\"phase\":\"\(phase)\"}}"
    }

    private func budget(_ name: String, app: String, allowed: Int, observed: Int = 1) throws -> DisruptionBudget {
        let text =
            "{\"metadata\":{\"name\":\"\(name)\",\"namespace\":\"n\",\"generation\":1},\"spec\":{\"selector\":"
            + "{\"matchLabels\":{\"app\":\"\(app)\"}}},\"status\":{\"disruptionsAllowed\":\(allowed),"
            + "\"currentHealthy\":1,\"desiredHealthy\":1,\"observedGeneration\":\(observed)}}"
        return try JSONDecoder().decode(DisruptionBudget.self, from: Data(text.utf8))
    }

    @Test func barePodsAndLocalDataAreNamed() throws {
        let pods = try pods([
            pod("bare", owner: nil), pod("done", owner: nil, phase: "Succeeded"),
            pod("elsewhere", owner: nil, node: "w2"),
            pod("cache", volumes: "[{\"name\":\"c\",\"emptyDir\":{}}]"),
            pod("svclb", owner: "DaemonSet", volumes: "[{\"name\":\"c\",\"emptyDir\":{}}]"),
        ])
        let findings = DrainCheck.findings(node: "w1", pods: pods, budgets: [])
        #expect(findings.map(\.about) == ["n/bare", "n/cache"])
        #expect(findings.map(\.severity) == [.refusal, .warning])
    }

    @Test func budgetsThatAllowNothingAreNamed() throws {
        let pods = try pods([pod("db"), pod("web"), pod("idle", node: "w2")])
        let findings = try DrainCheck.findings(
            node: "w1", pods: pods,
            budgets: [
                budget("tight", app: "db", allowed: 0), budget("roomy", app: "web", allowed: 1),
                budget("other", app: "idle", allowed: 0),
            ])
        #expect(findings.map(\.about) == ["n/tight"])
        #expect(findings.map(\.code) == ["budget-blocks"])
    }

    @Test func twoBudgetsOverOnePodAndOneNotYetObserved() throws {
        let findings = try DrainCheck.findings(
            node: "w1", pods: pods([pod("db")]),
            budgets: [budget("a", app: "db", allowed: 1), budget("b", app: "db", allowed: 1, observed: 0)])
        #expect(findings.map(\.code) == ["budget-unobserved", "budgets-overlap"])
        #expect(findings.map(\.about) == ["n/b", "n/db"])
    }
}
