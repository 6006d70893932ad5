import Glibc
import Testing

@testable import K3sStandIn

/// The API's answers that tools run into.
@MainActor @Suite(.serialized) struct APITests {
    @Test func anonymousRequestsGet401ButForPingAndCACerts() async throws {
        try await TestCluster.withServer { server, _ in
            for path in ["/readyz", "/livez", "/healthz", "/version", "/api/v1/nodes"] {
                #expect(try await server.http("GET", path, bearer: nil).status == 401, "\(path)")
            }
            #expect(try await server.http("GET", "/ping", bearer: nil).status == 200)
            #expect(try await server.http("GET", "/cacerts", bearer: nil).status == 200)
            #expect(try await server.http("GET", "/readyz", bearer: server.credentials.admin).status == 200)
            let verbose = try await server.kubectl("get", "--raw", "/readyz?verbose")
            #expect(verbose.output.hasSuffix("readyz check passed\n"))
        }
    }

    @Test func aWorkersKubeconfigReadsItsOwnNodeOnly() async throws {
        try await TestCluster.withServer { server, cluster in
            let worker = try await cluster.worker("worker", of: server)
            let config = worker.data + "/agent/kubelet.kubeconfig"
            #expect(try await worker.kubectl("--kubeconfig", config, "get", "node", "worker").status == 0)
            let other = try await worker.kubectl("--kubeconfig", config, "get", "node", "server")
            #expect(other.status == 1)
            #expect(other.error.contains("Forbidden"))
            #expect(try await worker.kubectl("--kubeconfig", config, "cordon", "server").status == 1)
            // A refused list is printed as an empty one: the exit status tells.
            let list = try await worker.kubectl("--kubeconfig", config, "get", "nodes", "-o", "json")
            #expect(list.status == 1)
            #expect(list.json["kind"] == "List")
            #expect(list.json["items"] == [])
        }
    }

    @Test func staleAndGuardedWrites() async throws {
        try await TestCluster.withServer { server, _ in
            try await eventually("the node is there") {
                try await server.object("node", "server").hasCondition("Ready")
            }
            let guarded = try await server.kubectl(
                "patch", "node", "server", "--type=merge", "-p",
                #"{"metadata":{"resourceVersion":"1"},"spec":{"unschedulable":true}}"#)
            #expect(guarded.status == 1)
            #expect(guarded.error.contains("Operation cannot be fulfilled on nodes \"server\""))
            let test = try await server.kubectl(
                "patch", "node", "server", "--type=json", "-p",
                #"[{"op":"test","path":"/spec/unschedulable","value":true},{"op":"remove","path":"/spec/unschedulable"}]"#
            )
            #expect(test.status == 1)
            #expect(test.error.contains("the server rejected our request due to an error in our request"))
            // Both fields in one guarded patch, as a cordon of ours is written.
            var version = ""
            try await eventually("an unguarded moment") {
                version = try await server.object("node", "server")["metadata"]["resourceVersion"].string ?? ""
                let body =
                    #"{"metadata":{"resourceVersion":"\#(version)","annotations":{"a":"b"}},"spec":{"unschedulable":true}}"#
                return try await server.kubectl("patch", "node", "server", "--type=merge", "-p", body).status == 0
            }
            let node = try await server.object("node", "server")
            #expect(node["spec"]["unschedulable"] == true)
            #expect(node.annotations["a"] == "b")
        }
    }

    @Test func createApplyReplaceAndDelete() async throws {
        try await TestCluster.withServer { server, _ in
            let file = server.folder + "/lease.json"
            let lease: JSON = [
                "apiVersion": "coordination.k8s.io/v1", "kind": "Lease",
                "metadata": ["name": "l", "namespace": "default"],
                "spec": ["holderIdentity": "me", "renewTime": "2026-01-01T00:00:00.000000Z"],
            ]
            try Files.write(lease.bytes, to: file, mode: 0o600)
            let created = try await server.kubectl("create", "-f", file)
            #expect(created.status == 0, "\(created.error)")
            #expect(try await server.kubectl("create", "-f", file).error.contains("AlreadyExists"))
            var stale = try await server.object("lease", "l")
            try await #expect(server.kubectl("annotate", "lease", "l", "x=y").status == 0)
            stale["spec"]["holderIdentity"] = "other"
            try Files.write(stale.bytes, to: file, mode: 0o600)
            #expect(try await server.kubectl("replace", "-f", file).error.contains("Conflict"))
            #expect(try await server.kubectl("delete", "lease", "l").output.contains("deleted"))
            let map: JSON = [
                "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "m", "namespace": "default"],
                "data": ["a": "1"],
            ]
            try Files.write(map.bytes, to: file, mode: 0o600)
            #expect(try await server.kubectl("apply", "-f", file).output == "configmap/m created\n")
            #expect(try await server.kubectl("apply", "-f", file).output == "configmap/m unchanged\n")
            try Files.write(map.merged(with: ["data": ["a": "2"]]).bytes, to: file, mode: 0o600)
            #expect(try await server.kubectl("apply", "-f", file).output == "configmap/m configured\n")
        }
    }

    @Test func waitAndCanI() async throws {
        try await TestCluster.withServer { server, _ in
            let waited = try await server.kubectl("wait", "node/server", "--for=condition=Ready", "--timeout=20s")
            #expect(waited.output == "node/server condition met\n", "\(waited.error)")
            #expect(try await server.kubectl("auth", "can-i", "get", "nodes").output == "yes\n")
            #expect(try await server.kubectl("version").output.contains("Server Version: v1.34.3+k3s1"))
        }
    }

    @Test func whileTheServerComesBackNodesAnswerBeforeReadyz() async throws {
        try await TestCluster.withServer(["readyz-delay": "800ms", "start-delay": "200ms"]) { server, _ in
            let admin = server.credentials.admin
            try await server.stop()
            try server.start("server")
            var seen: [String] = []
            try await eventually("readyz is good again") {
                let ready = try? await server.http("GET", "/readyz", bearer: admin).status
                let nodes = try? await server.http("GET", "/api/v1/nodes", bearer: admin).status
                let state = ready.map { "\($0)/\(nodes ?? 0)" } ?? "refused"
                if seen.last != state { seen.append(state) }
                return ready == 200
            }
            #expect(seen == ["refused", "500/200", "200/200"])
        }
    }

    @Test func aRequestTakesAboutAMillisecond() async throws {
        try await TestCluster.withServer { server, _ in
            let admin = server.credentials.admin
            var best = Duration.seconds(1)
            for _ in 0..<50 {
                let time = try await ContinuousClock().measure {
                    _ = try await server.http("GET", "/api/v1/nodes", bearer: admin)
                }
                best = min(best, time)
            }
            #expect(best < .milliseconds(6))
        }
    }
}
