import Glibc
import Testing

@testable import K3sStandIn

/// Workloads, drains, budgets, and controllers that sleep.
@MainActor @Suite(.serialized) struct WorkloadTests {
    private let drain = ["--ignore-daemonsets", "--delete-emptydir-data", "--timeout=20s"]

    private func withWorkers(
        _ settings: [String: String], _ body: @MainActor (TestNode, [TestNode], TestCluster) async throws -> Void
    ) async throws {
        let more = ["workload": "sample", "workload-nodes": "3"].merging(settings) { _, last in last }
        let arguments = ["--node-taint", "node-role.kubernetes.io/control-plane=true:NoSchedule"]
        try await TestCluster.withServer(more, arguments) { server, cluster in
            let first = try await cluster.worker("worker-01", of: server)
            let second = try await cluster.worker("worker-02", of: server)
            try await eventually("the workload runs") { try await isWhole(server) }
            try await body(server, [first, second], cluster)
        }
    }

    /// Every workload has what it asks for, every claim is bound.
    private func isWhole(_ server: TestNode) async throws -> Bool {
        let workloads = try await server.object("deployments,statefulsets", "-A")["items"].elements
        let claims = try await server.object("pvc", "-A")["items"].elements
        return workloads.count >= 7 && claims.count == 5
            && workloads.allSatisfy {
                $0["status"]["readyReplicas"].int == $0["spec"]["replicas"].int
                    && $0["status"]["observedGeneration"].int == $0.generation
            } && claims.allSatisfy { $0["status"]["phase"] == "Bound" }
    }

    private func pods(on node: String, _ server: TestNode) async throws -> [JSON] {
        let list = try await server.object("pods", "-A", "--field-selector", "spec.nodeName=\(node)")["items"].elements
        return list.filter { !$0.isFinishedPod }
    }

    @Test func aDrainMovesPodsAndKeepsDaemons() async throws {
        try await withWorkers([:]) { server, _, _ in
            let dry = try await server.run(["kubectl", "drain", "worker-01", "--dry-run=server"] + drain)
            #expect(dry.output.contains("node/worker-01 drained (server dry run)"), "\(dry.error)")
            let before = try await pods(on: "worker-01", server)
            #expect(before.count > 1)
            let drained = try await server.run(["kubectl", "drain", "worker-01"] + drain)
            #expect(drained.status == 0, "\(drained.error)")
            #expect(drained.output.contains("node/worker-01 drained"))
            let left = try await pods(on: "worker-01", server)
            #expect(left.map { $0.controller?["kind"].string } == ["DaemonSet"])
            try await eventually("the workload is whole elsewhere") { try await isWhole(server) }
            #expect(
                server.events.contains { $0["event"] == "evict" && $0["target"] == "worker-01" && $0["code"] == 201 })
        }
    }

    @Test func barePodsAndBlockingBudgetsStopADrain() async throws {
        try await withWorkers(["workload": "sample,bare-pod,budget-blocks"]) { server, _, _ in
            let shell = try await server.object("pod", "-n", "automation", "debug-shell")
            let bare = try await server.run(
                ["kubectl", "drain", shell.nodeName ?? "", "--dry-run=server"] + drain)
            #expect(bare.status == 1)
            #expect(bare.error.contains("cannot delete"))
            #expect(bare.error.contains("automation/debug-shell"))
            let postgres = try await server.object("pod", "-n", "database", "postgres-0")
            let blocked = try await server.run([
                "kubectl", "drain", postgres.nodeName ?? "", "--ignore-daemonsets", "--delete-emptydir-data", "--force",
                "--timeout=2s",
            ])
            #expect(blocked.status == 1)
            #expect(blocked.error.contains("will retry after 5s"))
            #expect(blocked.error.contains("Cannot evict pod as it would violate the pod's disruption budget."))
            #expect(server.events.contains { $0["event"] == "evict" && $0["code"] == 429 })
        }
    }

    @Test func afterARestartTheControllersSleepAndStatusesLie() async throws {
        try await withWorkers(["leader-lease": "4s"]) { server, _, _ in
            try await server.stop()
            try server.start("server")
            try await server.waitUntilReady()
            let holder = try await server.object("lease", "-n", "kube-system", "kube-controller-manager")["spec"]
            let pod = try #require(
                try await pods(on: "worker-01", server).first { $0.controller?["kind"] == "ReplicaSet" })
            let start = ContinuousClock.now
            _ = try await server.kubectl("delete", "pod", "-n", pod.namespace, pod.name)
            // Nobody counts: the workload still looks whole, and its pod is not replaced.
            #expect(try await isWhole(server))
            let again = try await server.object("lease", "-n", "kube-system", "kube-controller-manager")["spec"]
            #expect(again == holder)
            try await eventually("the controllers notice") {
                try await server.object("lease", "-n", "kube-system", "kube-controller-manager")["spec"][
                    "holderIdentity"]
                    != holder["holderIdentity"]
            }
            #expect(ContinuousClock.now - start > .seconds(2))
            try await eventually("the pod is replaced") {
                let pods = try await server.object("pods", "-n", pod.namespace)["items"].elements
                return pods.contains { $0.controller?["uid"] == pod.controller?["uid"] && $0.isReadyPod }
            }
            #expect(try await isWhole(server))
        }
    }

    @Test func podsThatLivedThroughARebootAreCalledReadyAgainAsOthersAre() async throws {
        try await withWorkers([:]) { server, workers, _ in
            let worker = workers[0]
            try await worker.kill()
            // What a reboot empties.
            let mark = worker.folder + "/run/k3s-standin/containers-\(worker.name)"
            try #require(Files.exists(mark))
            unlink(mark)
            try worker.start("agent", environment: worker.joining(server))
            let pod = try #require(try await pods(on: worker.name, server).first)
            let name = [pod.name, "-n", pod.namespace]
            try await eventually("its containers are started again") {
                try await server.object(["pod"] + name)["status"]["containerStatuses"].elements.allSatisfy {
                    $0["restartCount"].int == 1
                }
            }
            // As the node controller does when it has not heard of the node.
            let unready = #"{"status": {"conditions": [{"type": "Ready", "status": "False"}]}}"#
            let patched = try await server.run(
                ["kubectl", "patch", "pod"] + name + ["--subresource=status", "-p", unready])
            #expect(patched.status == 0, "\(patched.error)")
            try await eventually("the pod is Ready again") {
                try await server.object(["pod"] + name).isReadyPod
            }
        }
    }

    @Test func aNewBudgetIsAnsweredWithRetryAfterWhileControllersSleep() async throws {
        try await withWorkers(["leader-lease": "60s"]) { server, _, _ in
            try await server.stop()
            try server.start("server")
            try await server.waitUntilReady()
            let created = try await server.create([
                "apiVersion": "policy/v1", "kind": "PodDisruptionBudget",
                "metadata": ["name": "late", "namespace": "database"],
                "spec": ["minAvailable": 0, "selector": ["matchLabels": ["app": "postgres"]]],
            ])
            #expect(created == nil)
            let body: JSON = [
                "apiVersion": "policy/v1", "kind": "Eviction",
                "metadata": ["name": "postgres-0", "namespace": "database"],
            ]
            let answer = try await server.http(
                "POST", "/api/v1/namespaces/database/pods/postgres-0/eviction", body: body,
                bearer: server.credentials.admin)
            #expect(answer.status == 429)
            #expect(answer.json["details"]["retryAfterSeconds"] == 10)
        }
    }

    @Test func aCrashLoopOnTheNewVersion() async throws {
        try await withWorkers([:]) { server, workers, _ in
            for worker in workers {
                try await worker.stop()
                worker.faults = ["crash-loop-pod@v1.35.1+k3s1"]
                try worker.start("agent", version: "v1.35.1+k3s1", environment: worker.joining(server))
            }
            try await eventually("n8n crash-loops and its budget is used up") {
                let table = try await server.kubectl("get", "pods", "-n", "automation").output
                let budget = try await server.object("pdb", "-n", "automation", "n8n")
                return table.contains("CrashLoopBackOff") && budget["status"]["disruptionsAllowed"] == 0
            }
        }
    }

    @Test func podsOfALostNodeComeBackElsewhere() async throws {
        try await withWorkers(["node-grace": "1s", "evict-after": "1s"]) { server, workers, _ in
            try await workers[0].kill()
            try await eventually("the Deployments are whole on the other worker") {
                let sets = try await server.object("deployments", "-A")["items"].elements
                let left = try await pods(on: "worker-01", server).filter { $0.isReadyPod }
                return left.isEmpty && sets.allSatisfy { $0["status"]["readyReplicas"] == $0["spec"]["replicas"] }
            }
        }
    }

    @Test func rolloutsAndScaling() async throws {
        try await withWorkers([:]) { server, _, _ in
            #expect(
                try await server.kubectl("-n", "monitoring", "rollout", "restart", "deployment/grafana").status == 0)
            let status = try await server.kubectl(
                "-n", "monitoring", "rollout", "status", "deployment/grafana", "--timeout=20s")
            #expect(status.output.contains("successfully rolled out"), "\(status.error)")
            let patch = #"{"spec":{"replicas":3}}"#
            #expect(try await server.kubectl("-n", "ai", "patch", "deployment/ollama", "-p", patch).status == 0)
            try await eventually("three of them run") {
                try await server.object("deployment", "-n", "ai", "ollama")["status"]["readyReplicas"] == 3
            }
        }
    }

    @Test func aNewVersionBringsItsCharts() async throws {
        try await TestCluster.withServer(["helm-jobs": "on"]) { server, _ in
            func uids() async throws -> [String] {
                let jobs = try await server.object("jobs", "-n", "kube-system")["items"].elements
                return jobs.filter { $0.hasCondition("Complete") }.map(\.uid)
            }
            try await eventually("the charts are installed") { try await uids().count == 2 }
            let before = try await uids()
            try await server.stop()
            try server.start("server", version: "v1.35.1+k3s1")
            try await server.waitUntilReady()
            try await eventually("they are installed anew") {
                let now = try await uids()
                return now.count == 2 && Set(now).isDisjoint(with: before)
            }
        }
    }
}
