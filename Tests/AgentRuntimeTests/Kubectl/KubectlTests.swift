import Processes
import SystemPackage
import Testing

@testable import AgentRuntime

@Suite struct KubectlTests {
    private func kubectl(_ scripted: ScriptedRunner) -> Kubectl {
        Kubectl(k3s: "/usr/local/bin/k3s", cache: "/run/k/cache", runner: scripted.runner)
    }

    private static let empty = "{\"apiVersion\":\"v1\",\"items\":[],\"kind\":\"List\",\"metadata\":{}}"

    private static func node(_ version: String, cordoned: Bool, mark: String? = nil) -> String {
        let annotations = mark.map { "\"annotations\":{\"k3s-upgrade/cordon\":\"\($0)\"}," } ?? ""
        return "{\"metadata\":{\(annotations)\"name\":\"w1\",\"resourceVersion\":\"\(version)\"},"
            + "\"spec\":{\"unschedulable\":\(cordoned)}}"
    }

    @Test func oneCallBringsSeveralKinds() async throws {
        let scripted = ScriptedRunner { (_) in
            .printed(
                """
                {"kind":"List","items":[{"kind":"Pod","metadata":{"name":"p"}},
                {"kind":"PodDisruptionBudget","metadata":{"name":"b"}},{"kind":"Node","metadata":{"name":"w1"}},
                {"kind":"Lease","metadata":{"name":"w1","namespace":"kube-node-lease"}},{"kind":"Unheard"},
                {"kind":"Job","metadata":{"name":"helm-install-traefik"}},{"kind":"Job","metadata":{"name":"backup"}},
                {"kind":"StatefulSet","metadata":{"name":"db"}},{"kind":"PersistentVolume","metadata":{"name":"v"}}]}
                """)
        }
        let kubectl = kubectl(scripted)
        let look = try await kubectl.observe()
        #expect(look.nodes.map(\.name) == ["w1"] && look.leases.map(\.name) == ["w1"])
        #expect(look.jobs.map(\.name) == ["helm-install-traefik"])
        #expect(look.workloads.map(\.name) == ["db"] && look.volumes.map(\.name) == ["v"])
        let evictions = try await kubectl.observeEvictions()
        #expect(evictions.pods.map(\.name) == ["p"] && evictions.budgets.map(\.name) == ["b"])
        #expect(try await kubectl.nodeWithLease("w1")?.lease?.name == "w1")
        let get = ["kubectl", "get", "-o", "json", "--request-timeout=20s"]
        #expect(
            scripted.commands.map(\.arguments) == [
                get + [
                    "nodes,leases.v1.coordination.k8s.io,deployments.apps,statefulsets.apps,daemonsets.apps,"
                        + "persistentvolumes,persistentvolumeclaims,jobs.batch", "-A",
                ], get + ["pods,poddisruptionbudgets.policy", "-A"],
                get + [
                    "--ignore-not-found", "-n", "kube-node-lease", "--", "nodes/w1", "leases.v1.coordination.k8s.io/w1",
                ],
            ])
        #expect(scripted.commands.allSatisfy { $0.program == .at("/usr/local/bin/k3s") })
        #expect(scripted.commands[0].environment["KUBECACHEDIR"] == "/run/k/cache")
    }

    @Test func anEmptyAnswerIsAnEmptyLook() async throws {
        let kubectl = kubectl(ScriptedRunner { (_) in .printed(Self.empty) })
        #expect(try await kubectl.observe().nodes.isEmpty)
        #expect(try await kubectl.nodeWithLease("w1") == nil)
    }

    @Test func anEmptyListFromARefusedRequestIsAFailure() async throws {
        let scripted = ScriptedRunner { (_) in
            .printed(Self.empty, error: "error: You must be logged in to the server (Unauthorized)\n", status: 1)
        }
        let error = await #expect(throws: NodeError.self) { try await kubectl(scripted).observe() }
        #expect(error?.code == .commandFailed)
    }

    @Test func whatIsNoAnswerIsAFailure() async throws {
        let error = await #expect(throws: NodeError.self) {
            try await kubectl(ScriptedRunner { (_) in .printed("No resources found") }).observe()
        }
        #expect(error?.code == .answerUnreadable)
    }

    @Test func aNodeThatIsNotThereIsNil() async throws {
        let scripted = ScriptedRunner { (_) in .printed("") }
        #expect(try await kubectl(scripted).node("w9") == nil)
        #expect(scripted.commands[0].arguments.suffix(4) == ["nodes", "--ignore-not-found", "--", "w9"])
    }

    // MARK: Guarded cordon

    /// A node as it is read, a patch that ends so, and the node as it is afterwards.
    private func change(
        from: String, status: Int32, to: String, _ act: (Kubectl, ClusterNode) async throws -> GuardedChange
    ) async throws -> (GuardedChange, [[String]]) {
        let first = ScriptedRunner { (_) in .printed(from) }
        let node = try #require(try await kubectl(first).node("w1"))
        let scripted = ScriptedRunner { (command) in
            command.arguments[1] == "patch" ? .printed("", error: "server said", status: status) : .printed(to)
        }
        let change = try await act(kubectl(scripted), node)
        return (change, scripted.commands.map(\.arguments))
    }

    @Test func cordoningIsOneGuardedPatch() async throws {
        let (change, commands) = try await change(
            from: Self.node("7", cordoned: false), status: 0, to: Self.node("8", cordoned: true, mark: "r1 3")
        ) { try await $0.cordon($1, mark: "r1 3") }
        guard case .done(let node) = change else {
            Issue.record("\(change)")
            return
        }
        #expect(node.isUnschedulable)
        #expect(
            commands[0] == [
                "kubectl", "patch", "node", "-o", "json", "--type=merge",
                "--patch={\"metadata\":{\"annotations\":{\"k3s-upgrade/cordon\":\"r1 3\"},\"resourceVersion\":\"7\"},"
                    + "\"spec\":{\"unschedulable\":true}}", "--request-timeout=20s", "--", "w1",
            ])
    }

    @Test func uncordoningRemovesBothInOnePatch() async throws {
        let (change, commands) = try await change(
            from: Self.node("8", cordoned: true, mark: "r1 3"), status: 0, to: Self.node("9", cordoned: false)
        ) { try await $0.uncordon($1) }
        guard case .done = change else {
            Issue.record("\(change)")
            return
        }
        #expect(
            commands[0].contains(
                "--patch={\"metadata\":{\"annotations\":{\"k3s-upgrade/cordon\":null},\"resourceVersion\":\"8\"},"
                    + "\"spec\":{\"unschedulable\":null}}"))
    }

    @Test func aNodeThatChangedMeanwhileIsAConflict() async throws {
        let (change, _) = try await change(
            from: Self.node("7", cordoned: false), status: 1, to: Self.node("9", cordoned: true)
        ) { try await $0.cordon($1, mark: "r1 3") }
        guard case .conflict(let now) = change else {
            Issue.record("\(change)")
            return
        }
        // The operator was quicker: a cordon without our mark is theirs.
        #expect(now.isUnschedulable)
        #expect(Kubectl.mark(of: now) == nil)
    }

    @Test func anOperatorsCordonIsNeitherTakenOverNorTakenBack() async throws {
        let theirs = Self.node("7", cordoned: true)
        let (cordon, first) = try await change(from: theirs, status: 0, to: theirs) {
            try await $0.cordon($1, mark: "r1 3")
        }
        let (uncordon, second) = try await change(from: theirs, status: 0, to: theirs) { try await $0.uncordon($1) }
        for change in [cordon, uncordon] {
            guard case .notOurs = change else {
                Issue.record("\(change)")
                return
            }
        }
        #expect(first.isEmpty && second.isEmpty)
    }

    @Test func ourOwnCordonOfAnEarlierEpochIsMarkedAnew() async throws {
        let (change, _) = try await change(
            from: Self.node("7", cordoned: true, mark: "r1 2"), status: 0,
            to: Self.node("8", cordoned: true, mark: "r1 3")
        ) { try await $0.cordon($1, mark: "r1 3") }
        guard case .done = change else {
            Issue.record("\(change)")
            return
        }
    }

    @Test func aReplyLostAfterTheWriteIsStillDone() async throws {
        let (change, _) = try await change(
            from: Self.node("7", cordoned: false), status: 1, to: Self.node("8", cordoned: true, mark: "r1 3")
        ) { try await $0.cordon($1, mark: "r1 3") }
        guard case .done = change else {
            Issue.record("\(change)")
            return
        }
    }

    @Test func aRefusalThatChangedNothingIsAFailure() async throws {
        let error = await #expect(throws: NodeError.self) {
            try await change(
                from: Self.node("7", cordoned: false), status: 1, to: Self.node("7", cordoned: false)
            ) { try await $0.cordon($1, mark: "r1 3") }
        }
        #expect(error?.code == .commandFailed)
    }

    @Test func whatIsSoAlreadyNeedsNoPatch() async throws {
        let (change, commands) = try await change(
            from: Self.node("7", cordoned: true, mark: "r1 3"), status: 0, to: ""
        ) { try await $0.cordon($1, mark: "r1 3") }
        guard case .already = change else {
            Issue.record("\(change)")
            return
        }
        #expect(commands.isEmpty)
    }

    // MARK: Drain

    @Test func drainArguments() {
        #expect(
            Kubectl.drainArguments(["w1"], timeout: .seconds(300)) == [
                "kubectl", "drain", "--ignore-daemonsets", "--delete-emptydir-data", "--timeout=300s", "--", "w1",
            ])
        #expect(Kubectl.drainArguments(["w1"], timeout: .seconds(9), rehearsal: true).contains("--dry-run=server"))
    }

    @Test func aRehearsedDrainGivesTheReasons() async throws {
        let fine = ScriptedRunner { (_) in .printed("") }
        #expect(try await kubectl(fine).rehearseDrain(of: ["w1", "w2"]) == nil)
        #expect(fine.commands[0].arguments.suffix(3) == ["--", "w1", "w2"])
        let refused = ScriptedRunner { (_) in .printed("", error: "cannot delete Pods", status: 1) }
        #expect(try await kubectl(refused).rehearseDrain(of: ["w1", "w2"]) == "cannot delete Pods")
    }

    @Test func readiness() async {
        let up = ScriptedRunner { (_) in .printed("ok") }
        #expect(await kubectl(up).isReady())
        #expect(up.commands[0].arguments == ["kubectl", "get", "--raw", "/readyz", "--request-timeout=3s"])
        #expect(await !kubectl(ScriptedRunner { (_) in .printed("", status: 1) }).isReady())
        let late = ScriptedRunner { (_) throws(NodeError) in throw NodeError(.commandTimedOut, "late") }
        #expect(await !kubectl(late).isReady())
    }
}
