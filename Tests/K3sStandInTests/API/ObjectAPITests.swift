import Testing

@testable import K3sStandIn

@MainActor @Suite struct ObjectAPITests {
    private let store = Store()
    private let api: ObjectAPI

    init() async throws {
        store.use(MemoryBackend(store: store))
        api = ObjectAPI(store: store, log: nil)
        try await api.create(.namespaces, "", ["metadata": ["name": "kube-system"]])
        try await api.create(.nodes, "", ["metadata": ["name": "n1"]])
    }

    private func code(_ work: () async throws(APIError) -> Void) async -> Int? {
        do throws(APIError) {
            try await work()
            return nil
        } catch {
            return error.code
        }
    }

    @Test func aGuardedWriteWithAStaleVersionIs409() async throws {
        let old = try api.get(.nodes, "", "n1")
        try await api.update(.nodes, "", "n1") { node in node.merged(with: ["spec": ["unschedulable": true]]) }
        let patch: JSON = [
            "metadata": ["resourceVersion": old["metadata"]["resourceVersion"]], "spec": ["podCIDR": "10.42.0.0/24"],
        ]
        let status = await code { () throws(APIError) in
            try await self.api.update(.nodes, "", "n1") { $0.merged(with: patch) }
        }
        #expect(status == 409)
        #expect(try api.get(.nodes, "", "n1")["spec"]["podCIDR"].isNull)
    }

    @Test func aWriteThatChangesNothingLeavesTheVersion() async throws {
        let before = try api.get(.nodes, "", "n1").revision
        try await api.update(.nodes, "", "n1") { $0 }
        #expect(try api.get(.nodes, "", "n1").revision == before)
    }

    @Test func ordinaryWritesLeaveStatusAlone() async throws {
        try await api.update(.nodes, "", "n1") { $0.merged(with: ["status": ["a": 1], "spec": ["b": 2]]) }
        let node = try api.get(.nodes, "", "n1")
        #expect(node["status"]["a"].isNull)
        #expect(node["spec"]["b"] == 2)
        try await api.update(.nodes, "", "n1", subresource: "status") {
            $0.merged(with: ["status": ["a": 1], "spec": ["b": 3]])
        }
        #expect(try api.get(.nodes, "", "n1")["spec"]["b"] == 2)
    }

    @Test func leasesNeedSixDigits() async throws {
        func lease(_ name: String, _ time: String) -> JSON {
            ["metadata": ["name": .string(name)], "spec": ["renewTime": .string(time)]]
        }
        let short = await code { () throws(APIError) in
            try await self.api.create(.leases, "kube-system", lease("l1", "2026-01-01T00:00:00Z"))
        }
        #expect(short == 400)
        try await api.create(.leases, "kube-system", lease("l2", "2026-01-01T00:00:00.000000Z"))
        let again = await code { () throws(APIError) in
            try await self.api.create(.leases, "kube-system", lease("l2", "2026-01-01T00:00:00.000000Z"))
        }
        #expect(again == 409)
    }

    @Test func nothingIsMadeInAMissingNamespace() async {
        let status = await code { () throws(APIError) in
            try await self.api.create(.configMaps, "nowhere", ["metadata": ["name": "c"]])
        }
        #expect(status == 404)
    }

    @Test func generationCountsChangesOfTheSpec() async throws {
        let budget: JSON = ["metadata": ["name": "b"], "spec": ["minAvailable": 1]]
        try await api.create(.disruptionBudgets, "kube-system", budget)
        let made = try api.get(.disruptionBudgets, "kube-system", "b")
        #expect(made.generation == 1)
        try await api.updateStatus(.disruptionBudgets, made) { $0["status"]["observedGeneration"] = 1 }
        #expect(try api.get(.disruptionBudgets, "kube-system", "b").generation == 1)
        try await api.update(.disruptionBudgets, "kube-system", "b") { $0.merged(with: ["spec": ["minAvailable": 2]]) }
        #expect(try api.get(.disruptionBudgets, "kube-system", "b").generation == 2)
    }

    @Test func aRunningPodIsMarkedAndGoesWhenItsKubeletSaysSo() async throws {
        let pod: JSON = [
            "metadata": ["name": "p"],
            "spec": [
                "nodeName": "n1", "containers": [["name": "c", "image": "i"]], "terminationGracePeriodSeconds": 5,
            ],
        ]
        try await api.create(.pods, "kube-system", pod)
        let marked = try #require(try await api.delete(.pods, "kube-system", "p"))
        #expect(marked["metadata"]["deletionGracePeriodSeconds"] == 5)
        #expect(try await api.delete(.pods, "kube-system", "p", .init(gracePeriodSeconds: 0)) == nil)
        #expect(api.find(.pods, "kube-system", "p") == nil)
    }
}
