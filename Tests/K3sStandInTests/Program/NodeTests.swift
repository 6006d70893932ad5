import Glibc
import Testing

@testable import K3sStandIn

/// Nodes as a real kubectl sees them.
@MainActor @Suite(.serialized) struct NodeTests {
    @Test func cordonAndUncordonAreLoggedAndShown() async throws {
        try await TestCluster.withServer { server, _ in
            try await eventually("the node is there") {
                try await server.object("node", "server").hasCondition("Ready")
            }
            #expect(try await server.kubectl("cordon", "server").output == "node/server cordoned\n")
            #expect(try await server.kubectl("cordon", "server").output == "node/server already cordoned\n")
            try await eventually("the taint is there") {
                try await server.object("node", "server")["spec"]["taints"].elements.contains {
                    $0["key"].string == Taint.unschedulable
                }
            }
            let table = try await server.kubectl("get", "nodes").output
            #expect(table.contains("Ready,SchedulingDisabled"))
            #expect(table.contains("v1.34.3+k3s1"))
            #expect(try await server.kubectl("uncordon", "server").output == "node/server uncordoned\n")
            let names = server.events.compactMap { $0["event"].string }
            #expect(names.filter { $0.hasSuffix("cordon") } == ["cordon", "uncordon"])
        }
    }

    @Test func startReadyAndStopAreLogged() async throws {
        try await TestCluster.withServer(["start-delay": "300ms", "stop-delay": "200ms"]) { server, _ in
            try await eventually("ready is logged") { server.events.contains { $0["event"] == "ready" } }
            try await server.stop()
            #expect(server.process?.exitCode == 0)
            let events = server.events.filter { ["start", "ready", "stop"].contains($0["event"].string) }
            #expect(events.compactMap { $0["event"].string } == ["start", "ready", "stop"])
            #expect(events.allSatisfy { $0["version"] == "v1.34.3+k3s1" && $0["role"] == "server" })
            let times = events.compactMap { $0["boottime"].int }
            #expect(times[1] - times[0] >= 300)
        }
    }

    @Test func withoutDelaysAStartIsQuick() async throws {
        try await TestCluster.withServer { server, _ in
            try await eventually("ready is logged") { server.events.contains { $0["event"] == "ready" } }
            let times = server.events.filter { ["start", "ready"].contains($0["event"].string) }.compactMap {
                $0["boottime"].int
            }
            // A tenth of this on an idle machine.
            #expect(times[1] - times[0] < 900)
        }
    }

    @Test func aStoppedWorkerLooksReadyForAWhileAndThenUnknown() async throws {
        try await TestCluster.withServer(["node-grace": "2s"]) { server, cluster in
            let worker = try await cluster.worker("worker", of: server)
            try await worker.kill()
            #expect(try await server.object("node", "worker").hasCondition("Ready"))
            try await eventually("the node is Unknown and tainted") {
                let node = try await server.object("node", "worker")
                let effects = node["spec"]["taints"].elements.filter { $0["key"].string == Taint.unreachable }
                return node.condition("Ready")?["status"] == "Unknown" && effects.count == 2
            }
            try worker.start("agent", version: "v1.35.1+k3s1", environment: worker.joining(server))
            try await eventually("the node is back and clean") {
                let node = try await server.object("node", "worker")
                return node.hasCondition("Ready") && node["spec"]["taints"].isNull
            }
        }
    }

    @Test func aRestartWithinTheGraceShowsTwoStatesOnly() async throws {
        try await TestCluster.withServer(["node-grace": "20s"]) { server, cluster in
            let worker = try await cluster.worker("worker", of: server)
            let before = try await server.object("node", "worker")
            try await worker.stop()
            try worker.start("agent", version: "v1.35.1+k3s1", environment: worker.joining(server))
            var seen: [String] = []
            try await eventually("the new version is there") {
                let node = try await server.object("node", "worker")
                let version = node["status"]["nodeInfo"]["kubeletVersion"].string ?? ""
                let state = "\(version) \(node.hasCondition("Ready"))"
                if seen.last != state { seen.append(state) }
                return version == "v1.35.1+k3s1"
            }
            // A worker newer than its server: nothing on the server's side objects.
            #expect(seen.last == "v1.35.1+k3s1 true")
            #expect(seen.dropLast().allSatisfy { $0 == "v1.34.3+k3s1 true" })
            let after = try await server.object("node", "worker")
            let beat = { (node: JSON) in node.condition("Ready")?["lastHeartbeatTime"].string ?? "" }
            #expect(beat(after) >= beat(before))
            #expect(after.uid == before.uid)
        }
    }

    @Test func workersNeedTheToken() async throws {
        try await TestCluster.withServer { server, cluster in
            let worker = try cluster.node("worker")
            try worker.start("agent", environment: ["K3S_URL": server.url, "K3S_TOKEN": "wrong"])
            try await eventually("the worker says why it waits") { worker.output.contains("not authorized") }
            #expect(worker.process?.isRunning == true)
            #expect(try await server.object("nodes")["items"].elements.map(\.name) == ["server"])
            #expect(!worker.events.contains { $0["event"] == "ready" })
        }
    }

    @Test func aNodesPasswordMustBeItsOwn() async throws {
        try await TestCluster.withServer { server, cluster in
            let worker = try await cluster.worker("worker", of: server)
            try await worker.stop()
            try Files.write("other\n", to: worker.folder + "/etc/rancher/node/password", mode: 0o600)
            try worker.start("agent", environment: worker.joining(server))
            try await eventually("the worker says why") { worker.output.contains("Node password rejected") }
            _ = try await server.kubectl("-n", "kube-system", "delete", "secret", "worker.node-password.k3s")
            try await eventually("the worker is admitted") {
                worker.events.filter { $0["event"] == "ready" }.count == 2
            }
        }
    }

    @Test func neverReadyRunsTheNewVersionAndSaysNotReady() async throws {
        try await TestCluster.withServer { server, cluster in
            let worker = try await cluster.worker("worker", of: server)
            try await worker.stop()
            worker.faults = ["never-ready@v1.35.1+k3s1"]
            try worker.start("agent", version: "v1.35.1+k3s1", environment: worker.joining(server))
            try await eventually("the new version is NotReady") {
                let node = try await server.object("node", "worker")
                return node["status"]["nodeInfo"]["kubeletVersion"] == "v1.35.1+k3s1"
                    && node.condition("Ready")?["status"] == "False"
            }
        }
    }

    @Test func cgroupV1StopsANewKubelet() async throws {
        try await TestCluster.withServer { server, cluster in
            let worker = try cluster.node("worker", ["cgroup": "v1"])
            try worker.start("agent", version: "v1.35.1+k3s1", environment: worker.joining(server))
            try await worker.process?.waitForEnd()
            #expect(worker.process?.exitCode == 1)
            #expect(worker.output.contains("cgroup v1"))
            try worker.start(
                "agent", version: "v1.35.1+k3s1", ["--kubelet-arg=fail-cgroupv1=false"],
                environment: worker.joining(server))
            try await eventually("the worker is Ready") {
                try await server.object("node", "worker").hasCondition("Ready")
            }
        }
    }
}
