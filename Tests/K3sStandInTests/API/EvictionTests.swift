import Testing

@testable import K3sStandIn

/// The budgets' answers, one by one, without controllers in the way.
@MainActor @Suite struct EvictionTests {
    private let store = Store()
    private let api: ObjectAPI

    init() async throws {
        store.use(MemoryBackend(store: store))
        api = ObjectAPI(store: store, log: nil)
        try await api.create(.namespaces, "", ["metadata": ["name": "a"]])
        let pod: JSON = [
            "metadata": ["name": "p", "labels": ["app": "x"]],
            "spec": ["nodeName": "n", "containers": [["name": "c", "image": "i"]]],
        ]
        let created = try await api.create(.pods, "a", pod)
        try await api.updateStatus(.pods, created) { pod in
            pod["status"]["phase"] = "Running"
            pod.setCondition("Ready", "True", reason: "")
        }
    }

    private func addBudget(_ name: String, observed: Int, allowed: Int, policy: String? = nil) async throws {
        var budget: JSON = [
            "metadata": ["name": .string(name)],
            "spec": ["minAvailable": 1, "selector": ["matchLabels": ["app": "x"]]],
        ]
        budget["spec"]["unhealthyPodEvictionPolicy"] = policy.map(JSON.string) ?? .null
        let created = try await api.create(.disruptionBudgets, "a", budget)
        try await api.updateStatus(.disruptionBudgets, created) { budget in
            budget["status"] = [
                "observedGeneration": .int(observed), "disruptionsAllowed": .int(allowed), "desiredHealthy": 1,
                "currentHealthy": .int(1 + allowed),
            ]
        }
    }

    private func evict(dryRun: Bool = false) async throws(APIError) {
        _ = try await Eviction(api: api).evict("a", "p", body: [:], dryRun: dryRun)
    }

    private func failure(dryRun: Bool = false) async -> APIError? {
        do throws(APIError) {
            try await evict(dryRun: dryRun)
            return nil
        } catch {
            return error
        }
    }

    @Test func withoutABudgetThePodBeginsToGo() async throws {
        try await evict()
        let pod = try api.get(.pods, "a", "p")
        #expect(pod.isBeingDeleted)
        #expect(pod["status"]["phase"] == "Running")
    }

    @Test func aDryRunChangesNothing() async throws {
        try await addBudget("b", observed: 1, allowed: 1)
        let before = store.state.revision
        try await evict(dryRun: true)
        #expect(store.state.revision == before)
    }

    @Test func anAllowedEvictionUsesUpTheBudget() async throws {
        try await addBudget("b", observed: 1, allowed: 1)
        try await evict()
        let status = try api.get(.disruptionBudgets, "a", "b")["status"]
        #expect(status["disruptionsAllowed"] == 0)
        #expect(status["disruptedPods"]["p"].string != nil)
    }

    @Test(arguments: [false, true]) func anExhaustedBudgetIs429WithoutRetryAfter(dryRun: Bool) async throws {
        try await addBudget("b", observed: 1, allowed: 0)
        let error = try #require(await failure(dryRun: dryRun))
        #expect(error.code == 429)
        #expect(error.retryAfter == nil)
        #expect(error.details["causes"].elements.first?["reason"] == "DisruptionBudget")
        #expect(
            error.details["causes"].elements.first?["message"]
                == "The disruption budget b needs 1 healthy pods and has 1 currently")
    }

    @Test func anUnobservedBudgetIs429WithRetryAfter() async throws {
        try await addBudget("b", observed: 0, allowed: 5)
        let error = try #require(await failure())
        #expect(error.code == 429)
        #expect(error.retryAfter == 10)
        #expect(Response(error).headers.contains { $0 == ("Retry-After", "10") })
    }

    @Test func twoBudgetsAre500() async throws {
        try await addBudget("b", observed: 1, allowed: 5)
        try await addBudget("c", observed: 1, allowed: 5)
        let error = try #require(await failure())
        #expect(error.code == 500)
        #expect(error.message.hasPrefix("This pod has more than one PodDisruptionBudget"))
    }

    @Test func aPodThatIsNotReadyMayGoWhenThePolicySaysSo() async throws {
        try await addBudget("b", observed: 1, allowed: 0, policy: "AlwaysAllow")
        try await api.updateStatus(.pods, try api.get(.pods, "a", "p")) {
            $0.setCondition("Ready", "False", reason: "")
        }
        try await evict()
        #expect(try api.get(.disruptionBudgets, "a", "b")["status"]["disruptionsAllowed"] == 0)
    }

    @Test func aFinishedPodGoesAtOnceWhateverTheBudget() async throws {
        try await addBudget("b", observed: 1, allowed: 0)
        try await api.updateStatus(.pods, try api.get(.pods, "a", "p")) { $0["status"]["phase"] = "Succeeded" }
        try await evict()
        #expect(api.find(.pods, "a", "p") == nil)
    }
}

/// A datastore that forgets everything with the test.
@MainActor final class MemoryBackend: Store.Backend {
    private unowned let store: Store
    init(store: Store) { self.store = store }
    func commit(_ change: Change) async throws(DatastoreError) -> ChangeOutcome { store.apply(change) }
    func barrier() async throws(DatastoreError) {}
}
