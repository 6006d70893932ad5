import Glibc
import Testing

@testable import K3sStandIn

/// How a start goes wrong, and what the command line answers.
@MainActor @Suite(.serialized) struct StartTests {
    @Test func versionIsOfTheFile() async throws {
        try await TestCluster.run { cluster in
            let node = try cluster.node("n")
            try node.configure()
            let file = cluster.folder + "/k3s"
            let made = try await node.run([
                "make-release", "--version", "v1.35.1+k3s1", "--from", try TestCluster.program(), "--out", file,
            ])
            #expect(made.status == 0)
            let process = try ChildProcess(
                [file, "--version"], environment: node.environment, output: cluster.folder + "/out")
            try await process.waitForEnd()
            #expect(Files.readText(cluster.folder + "/out") == Release(version: "v1.35.1+k3s1").banner + "\n")
        }
    }

    @Test(arguments: [
        (["--no-such-flag"], "flag provided but not defined: -no-such-flag"),
        (["--server", "https://127.0.0.1:1"], "--token is required"),
    ])
    func badFlagsEndTheStart(arguments: [String], message: String) async throws {
        try await TestCluster.run { cluster in
            let node = try cluster.node("n")
            try node.start("server", arguments)
            try await node.process?.waitForEnd()
            #expect(node.process?.exitCode == 1)
            #expect(node.output.contains(message))
        }
    }

    @Test func anUnknownKeyInTheConfigFileIsSkipped() async throws {
        try await TestCluster.run { cluster in
            let node = try cluster.node("n")
            try Files.write(
                "no-such-key: 1\nnode-label:\n- a=b\n", to: node.folder + "/etc/rancher/k3s/config.yaml", mode: 0o600)
            try node.start("server")
            try await node.waitUntilReady()
            #expect(node.output.contains("Unknown flag --no-such-key found in"))
            try await eventually("the label is there") { try await node.object("node", "n").labels["a"] == "b" }
        }
    }

    @Test func wontStartEndsAndStartHangsStays() async throws {
        try await TestCluster.run { cluster in
            let node = try cluster.node("n")
            node.faults = ["wont-start@v1.35.1+k3s1", "start-hangs@v1.36.0+k3s1"]
            try node.start("server", version: "v1.35.1+k3s1")
            try await node.process?.waitForEnd()
            #expect(node.process?.exitCode == 1)
            try node.start("server", version: "v1.36.0+k3s1")
            try await eventually("it says that it hangs") { node.output.contains("Waiting for ever") }
            #expect(await (try? node.http("GET", "/ping", bearer: nil)) == nil)
            try await node.stop()
            try node.start("server", version: "v1.34.3+k3s1")
            try await node.waitUntilReady()
        }
    }

    @Test func filesOfAServer() async throws {
        try await TestCluster.withServer([:], ["--write-kubeconfig-mode", "644"]) { server, _ in
            func mode(_ path: String) -> mode_t {
                var info = stat()
                return stat(path, &info) == 0 ? info.st_mode & 0o777 : 0
            }
            #expect(mode(server.folder + "/etc/rancher/k3s/k3s.yaml") == 0o644)
            #expect(mode(server.data + "/server/token") == 0o600)
            #expect(Files.readText(server.data + "/server/token")?.hasPrefix("K10") == true)
            #expect(Files.exists(server.data + "/server/db/state.db-wal"))
            try await server.kill()
            // Like K3s, it leaves -wal and -shm behind.
            #expect(Files.exists(server.data + "/server/db/state.db-shm"))
        }
    }

    @Test func anotherTokenCannotReadTheDatastore() async throws {
        try await TestCluster.withServer([:], ["--token", "first"]) { server, _ in
            try await server.stop()
            try server.start("server", ["--token", "second"])
            try await server.process?.waitForEnd()
            #expect(server.output.contains("bootstrap data already found and encrypted with different token"))
        }
    }

    @Test func theStateSurvivesKill9() async throws {
        try await TestCluster.withServer { server, _ in
            #expect(try await server.createConfigMap("kept") == nil)
            try await server.kill()
            try server.start("server")
            try await server.waitUntilReady()
            #expect(try await server.object("configmap", "kept")["data"]["a"] == "b")
        }
    }

    @Test func anExternalDatastoreKeepsTheState() async throws {
        let endpoint = ["--datastore-endpoint", "postgres://k3s:canary@db.example:5432/k3s", "--token", "t"]
        try await TestCluster.withServer([:], endpoint) { server, _ in
            #expect(try await server.createConfigMap("kept") == nil)
            try await server.stop()
            try Files.removeTree(server.data)
            try server.start("server", endpoint)
            try await server.waitUntilReady()
            #expect(try await server.object("configmap", "kept")["data"]["a"] == "b")
            let saved = try await server.run([
                "etcd-snapshot", "save", "--server", server.url, "--data-dir", server.data,
            ])
            #expect(saved.status == 1)
            #expect(saved.error.contains("etcd datastore disabled"))
        }
    }
}
