import Glibc
import Hashing
import Testing

@testable import K3sStandIn

/// Servers on etcd: together, alone, and from snapshots.
@MainActor @Suite(.serialized) struct EtcdTests {
    private func withThreeServers(
        _ body: @MainActor ([TestNode], TestCluster) async throws -> Void
    ) async throws {
        try await TestCluster.run { cluster in
            let nodes = try ["s1", "s2", "s3"].map { try cluster.node($0) }
            try nodes[0].start("server", ["--cluster-init", "--token", "t"])
            try await nodes[0].waitUntilReady()
            for node in nodes.dropFirst() {
                try node.start("server", ["--server", nodes[0].url, "--token", "t"])
                try await node.waitUntilReady()
            }
            try await eventually("all three vote") {
                let list = try await nodes[0].object("nodes")["items"].elements
                return list.count == 3 && list.allSatisfy { $0.hasCondition("EtcdIsVoter") }
            }
            try await body(nodes, cluster)
        }
    }

    @Test func anyServerServesAndAnyMayRestart() async throws {
        try await withThreeServers { nodes, cluster in
            let worker = try await cluster.worker("worker", of: nodes[0])
            for node in nodes {
                try await node.stop()
                let other = try #require(nodes.first { $0.name != node.name })
                try await eventually("the others go on without \(node.name)") {
                    // One that timed out may have been done all the same.
                    let refusal = try await other.createConfigMap("without-\(node.name)")
                    return refusal == nil || refusal?.contains("already exists") == true
                }
                try node.start("server", version: "v1.35.1+k3s1", ["--token", "t"])
                try await node.waitUntilReady()
                #expect(try await node.kubectl("get", "configmap", "without-\(node.name)").status == 0)
            }
            // The worker's own server was away, too: it found another.
            let renewal = try await nodes[2].object("lease", "-n", "kube-node-lease", "worker")["spec"]["renewTime"]
            try await eventually("the worker's lease is renewed") {
                try await nodes[2].object("lease", "-n", "kube-node-lease", "worker")["spec"]["renewTime"] != renewal
            }
            #expect(worker.process?.isRunning == true)
        }
    }

    @Test func withoutAMajorityThereIsNoAPI() async throws {
        try await withThreeServers { nodes, _ in
            try await nodes[1].kill()
            try await nodes[2].kill()
            try await eventually("readyz fails") {
                try await nodes[0].http("GET", "/readyz", bearer: nodes[0].credentials.admin).status == 500
            }
            #expect(try await nodes[0].kubectl("cordon", "s1").status == 1)
            try nodes[1].start("server", ["--token", "t"])
            try await nodes[0].waitUntilReady()
            #expect(try await nodes[0].kubectl("cordon", "s1").status == 0)
        }
    }

    @Test func aSnapshotIsNamedListedAndSound() async throws {
        try await TestCluster.withServer([:], ["--cluster-init"]) { server, _ in
            let saved = try await server.run(["etcd-snapshot", "save", "--name", "pre", "--server", server.url])
            #expect(saved.status == 0)
            let name = try #require(saved.error.firstMatch(of: /Snapshot (pre-server-\d+) saved\./)?.output.1)
            let list = try await server.run(["etcd-snapshot", "ls", "-o", "json", "--server", server.url]).json
            let item = try #require(list["items"].elements.first)
            #expect(item["spec"]["snapshotName"].string == String(name))
            #expect(item["status"]["readyToUse"] == true)
            let path = "\(server.data)/server/db/snapshots/\(name)"
            let bytes = try Files.read(path)
            #expect(bytes.count % 512 == 32)
            #expect(SHA256.hex(of: bytes.dropLast(32)) == bytes.suffix(32).hexadecimal)
            #expect(Files.isDirectory(server.data + "/server/db/etcd/member/wal"))
            #expect(Files.exists(server.data + "/server/db/etcd/member/snap/db"))
        }
    }

    @Test func snapshotsArePrunedByPrefix() async throws {
        try await TestCluster.withServer([:], ["--cluster-init", "--etcd-snapshot-retention", "2"]) { server, _ in
            let folder = server.data + "/server/db/snapshots"
            for number in 1...3 { try Files.write("", to: "\(folder)/pre-older-\(number)", mode: 0o600) }
            #expect(
                try await server.run(["etcd-snapshot", "save", "--name", "pre", "--server", server.url]).status == 0)
            let names = Files.names(in: folder)
            #expect(names.count == 2)
            #expect(names.contains("pre-older-3"))
        }
    }

    @Test(arguments: ["snapshot-lies", "snapshot-part", "snapshot-corrupt"])
    func snapshotsThatAreNone(fault: String) async throws {
        try await TestCluster.run { cluster in
            let server = try cluster.node("server")
            server.faults = [fault]
            try server.start("server", ["--cluster-init"])
            try await server.waitUntilReady()
            let saved = try await server.run(["etcd-snapshot", "save", "--name", "pre", "--server", server.url])
            let files = Files.names(in: server.data + "/server/db/snapshots")
            switch fault {
            case "snapshot-lies":
                #expect(saved.status == 0)
                #expect(!saved.error.contains("saved."))
                #expect(files.isEmpty)
            case "snapshot-part":
                #expect(saved.status == 1)
                #expect(files.count == 1 && files[0].hasSuffix(".part"))
            default:
                #expect(saved.error.contains("saved."))
                let bytes = try Files.read("\(server.data)/server/db/snapshots/\(files.first ?? "")")
                #expect(SHA256.hex(of: bytes.dropLast(32)) != bytes.suffix(32).hexadecimal)
            }
        }
    }

    @Test func sqliteHasNoEtcdSnapshots() async throws {
        try await TestCluster.withServer { server, _ in
            let saved = try await server.run(["etcd-snapshot", "save", "--server", server.url])
            #expect(saved.status == 1)
            #expect(saved.error.contains("etcd datastore disabled"))
            #expect(!Files.exists(server.data + "/server/db/etcd/member/wal"))
        }
    }

    @Test func aClusterComesBackFromASnapshot() async throws {
        try await TestCluster.withServer([:], ["--cluster-init", "--token", "t"]) { server, _ in
            #expect(try await server.createConfigMap("before") == nil)
            #expect(
                try await server.run(["etcd-snapshot", "save", "--name", "pre", "--server", server.url]).status == 0)
            #expect(try await server.createConfigMap("after") == nil)
            let folder = server.data + "/server/db/snapshots"
            let path = "\(folder)/\(try #require(Files.names(in: folder).first))"
            func reset(_ arguments: String...) async throws -> TestNode.Result {
                let own = ["--node-name", server.name, "--node-ip", server.address, "--bind-address", server.address]
                return try await server.run(["server", "--cluster-reset"] + own + arguments)
            }
            #expect(try await reset("--cluster-reset-restore-path=\(path)").error.contains("address already in use"))
            try await server.stop()
            #expect(
                try await reset("--cluster-reset-restore-path=\(path).no").error.contains(
                    "snapshot path does not exist"))
            #expect(
                try await reset("--cluster-reset-restore-path=\(path)", "--token=other").error.contains(
                    "bootstrap data already found and encrypted with different token"))
            #expect(
                try await reset("--server=https://127.0.0.1:6443").error.contains(
                    "cannot perform cluster-reset while server URL is set"))
            let done = try await reset("--cluster-reset-restore-path=\(path)")
            #expect(done.status == 0)
            #expect(
                done.error.contains(
                    "Managed etcd cluster membership has been reset, restart without --cluster-reset flag now."))
            let databases = Files.names(in: server.data + "/server/db")
            #expect(databases.contains("reset-flag"))
            #expect(databases.contains { $0.hasPrefix("etcd-old-") })
            try server.start("server", ["--token", "t"])
            try await server.waitUntilReady()
            #expect(try await server.kubectl("get", "configmap", "before").status == 0)
            #expect(try await server.kubectl("get", "configmap", "after").status == 1)
        }
    }

    @Test func aServerOnSQLiteMovesToEtcd() async throws {
        try await TestCluster.withServer { server, _ in
            #expect(try await server.createConfigMap("kept") == nil)
            try await server.stop()
            try server.start("server", ["--cluster-init"])
            try await server.waitUntilReady()
            #expect(try await server.kubectl("get", "configmap", "kept").status == 0)
            #expect(Files.exists(server.data + "/server/db/state.db.migrated"))
            // It stays on etcd without the flag.
            try await server.stop()
            try server.start("server")
            try await server.waitUntilReady()
            #expect(try await server.kubectl("get", "configmap", "kept").status == 0)
        }
    }
}
