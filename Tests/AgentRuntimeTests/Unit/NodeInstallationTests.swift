import AgentRuntime
import SystemPackage
import Testing
import Wire

@Suite struct NodeInstallationTests {
    @Test func aServerOnSQLite() async throws {
        let folder = try TemporaryFolder()
        let node = try SampleNode.master(in: folder)
        #expect(node.unit.name == "k3s.service")
        #expect(node.unitPath == "/etc/systemd/system/k3s.service")
        #expect(node.environmentPath == "/etc/systemd/system/k3s.service.env")
        #expect(node.role == .server)
        #expect(node.nodeName == "k3s-master")
        #expect(node.dataFolder == "/var/lib/rancher/k3s")
        #expect(node.datastore == .sqlite)
        #expect(try await node.versionOnDisk(.children()) == K3sVersion("v1.34.3+k3s1"))
    }

    @Test func aWorkerHasNoDatastoreAndItsTokenIsASecret() throws {
        let folder = try TemporaryFolder()
        let node = try SampleNode.worker(in: folder)
        #expect(node.role == .worker)
        #expect(node.datastore == nil)
        #expect(node.configuration.secrets == [Secret("canary-token-123")])
        #expect(!"\(node)".contains("canary"))
    }

    @Test func etcdByItsWalFolderAndNotByAnEmptyOne() throws {
        let folder = try TemporaryFolder()
        _ = try SampleNode.master(in: folder)
        try folder.write("", to: "/var/lib/rancher/k3s/server/db/etcd/name")
        #expect(try NodeInstallation.discover(in: folder.root).datastore == .sqlite)
        try folder.write("", to: "/var/lib/rancher/k3s/server/db/etcd/member/wal/0.wal")
        #expect(try NodeInstallation.discover(in: folder.root).datastore == .etcd)
    }

    @Test(arguments: [
        ("datastore-endpoint: postgres://u:canary@db/k3s\n", Datastore.external), ("cluster-init: true\n", .etcd),
        ("server: https://192.168.2.20:6443\n", .etcd), ("disable: traefik\n", .sqlite),
    ])
    func theDatastoreByConfiguration(text: String, datastore: Datastore) throws {
        let folder = try TemporaryFolder()
        _ = try SampleNode.master(in: folder)
        try folder.write(text, to: "/etc/rancher/k3s/config.yaml.d/10-own.yaml")
        #expect(try NodeInstallation.discover(in: folder.root).datastore == datastore)
    }

    @Test func namesAndFoldersAreTakenFromWhereverTheyAreSet() throws {
        let folder = try TemporaryFolder()
        _ = try SampleNode.master(in: folder)
        try folder.write(
            "[Service]\nEnvironmentFile=/etc/default/%N\nExecStart=/opt/bin/k3s server -d /data/k3s\n",
            to: "/etc/systemd/system/k3s.service")
        try folder.write("K3S_NODE_NAME=Master-A\n", to: "/etc/default/k3s")
        let node = try NodeInstallation.discover(in: folder.root)
        #expect(node.nodeName == "master-a")
        #expect(node.dataFolder == "/data/k3s")
        #expect(node.binary == "/opt/bin/k3s")
    }

    @Test func aNamedUnitIsFound() throws {
        let folder = try TemporaryFolder()
        try folder.write("w\n", to: "/proc/sys/kernel/hostname")
        try folder.write(SampleNode.workerUnit, to: "/etc/systemd/system/k3s-edge.service")
        let node = try NodeInstallation.discover(in: folder.root)
        #expect(node.unit.name == "k3s-edge.service")
        #expect(node.role == .worker)
    }

    @Test func aWorkerThatBecameAServerIsNotGuessedAt() throws {
        let folder = try TemporaryFolder()
        _ = try SampleNode.worker(in: folder)
        try folder.write(SampleNode.masterUnit, to: "/etc/systemd/system/k3s.service")
        let error = #expect(throws: NodeError.self) { try NodeInstallation.discover(in: folder.root) }
        #expect(error?.code == .unitAmbiguous)
        #expect(error?.message.contains("k3s-agent.service and k3s.service") == true)
    }

    @Test func ourOwnUnitIsNoInstallation() throws {
        let folder = try TemporaryFolder()
        try folder.write(
            "[Service]\nExecStart=/usr/local/bin/k3s-upgrade-agent run\n",
            to: "/etc/systemd/system/k3s-upgrade-agent.service")
        let error = #expect(throws: NodeError.self) { try NodeInstallation.discover(in: folder.root) }
        #expect(error?.code == .unitMissing)
    }

    @Test(
        arguments: [
            ("k3s version v1.33.2+k3s1 (6e38c8b5)\ngo version go1.24.5\n", "v1.33.2+k3s1"), ("k3s version dev\n", nil),
            ("", nil), ("v1.33.2+k3s1", nil),
        ] as [(String, String?)])
    func versionsAsK3sPrintsThem(text: String, version: String?) {
        #expect(NodeInstallation.version(printed: text)?.description == version)
    }
}
