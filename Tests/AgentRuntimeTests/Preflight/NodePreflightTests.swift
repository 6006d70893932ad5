import AgentRuntime
import SystemPackage
import Testing
import Wire

@Suite struct NodePreflightTests {
    private func findings(_ node: NodeInstallation, to target: String) throws -> [Finding] {
        try NodePreflight(
            installation: node, current: #require(K3sVersion("v1.33.6+k3s1")),
            target: #require(K3sVersion(target)), stateFolder: "/var/lib/k3s-upgrade-agent", takesSnapshot: true
        ).findings()
    }

    @Test func allOfANodesFindingsTogether() throws {
        let folder = try TemporaryFolder()
        _ = try SampleNode.master(in: folder)
        try folder.write("flannel-backend: ipsec\n", to: "/etc/rancher/k3s/config.yaml")
        try folder.write("", to: "/var/lib/rancher/k3s/server/db/etcd/member/wal/0.wal")
        let node = try NodeInstallation.discover(in: folder.root)
        #expect(try findings(node, to: "v1.35.1+k3s1").map(\.code) == ["cgroup-v1", "removed-flag", "etcd-path"])
    }

    @Test func aHealthyNodeHasNone() throws {
        let folder = try TemporaryFolder()
        let node = try SampleNode.master(in: folder)
        try folder.write("cpu\n", to: "/sys/fs/cgroup/cgroup.controllers")
        #expect(try findings(node, to: "v1.35.1+k3s1").isEmpty)
    }

    @Test func aDatabaseThatDoesNotFitTwiceIsFound() throws {
        let folder = try TemporaryFolder()
        let node = try SampleNode.master(in: folder)
        try folder.write("cpu\n", to: "/sys/fs/cgroup/cgroup.controllers")
        // A file with a hole as large as all that is free, which takes no room itself.
        let database = folder.root.path("/var/lib/rancher/k3s/server/db/state.db")
        try folder.write("", to: "/var/lib/rancher/k3s/server/db/state.db")
        let descriptor = try FileDescriptor.open(database, .writeOnly)
        try descriptor.closeAfter { try descriptor.resize(to: FreeSpace(at: folder.path).bytes) }
        let findings = try findings(node, to: "v1.34.9+k3s1")
        #expect(findings.map(\.code) == ["disk-room"])
        #expect(findings.first?.problem.contains("the snapshot") == true)
    }
}
