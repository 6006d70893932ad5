/// Counts for each budget how many of its pods serve, how many must, and how many may go.
@MainActor struct DisruptionController: Controller {
    /// How long an allowed eviction counts against the budget while its pod is still there.
    private static let evictionTimeout = 120_000_000
    let api: ObjectAPI

    func reconcile() async throws(APIError) {
        for budget in api.list(.disruptionBudgets) {
            let selector = LabelSelector(object: budget["spec"]["selector"])
            let pods = api.list(.pods, namespace: budget.namespace).filter { pod in
                !pod.isFinishedPod && (selector?.matches(pod.labels) ?? false)
            }
            let expected = expectedCount(pods)
            let desired = Self.desiredHealthy(budget["spec"], expected: expected)
            try await api.updateStatus(.disruptionBudgets, budget) { budget in
                let disrupted = Self.stillDisrupted(budget, pods)
                let healthy = pods.count { $0.isReadyPod && disrupted[$0.name] == nil }
                let allowed = max(0, expected == 0 ? 0 : healthy - desired)
                budget["status"]["currentHealthy"] = .int(healthy)
                budget["status"]["desiredHealthy"] = .int(desired)
                budget["status"]["expectedPods"] = .int(expected)
                budget["status"]["disruptionsAllowed"] = .int(allowed)
                budget["status"]["disruptedPods"] = disrupted.isEmpty ? .null : JSON(strings: disrupted)
                budget["status"]["observedGeneration"] = .int(budget.generation)
                budget.setCondition(
                    "DisruptionAllowed", allowed > 0 ? "True" : "False",
                    reason: allowed > 0 ? "SufficientPods" : "InsufficientPods")
            }
        }
    }

    /// Evictions that were allowed and whose pods have not gone yet.
    private static func stillDisrupted(_ budget: JSON, _ pods: [JSON]) -> [String: String] {
        budget["status"]["disruptedPods"].strings.filter { name, time in
            guard let pod = pods.first(where: { $0.name == name }), !pod.isBeingDeleted else { return false }
            guard let since = Timestamp(time) else { return false }
            return Timestamp.now.microseconds - since.microseconds < evictionTimeout
        }
    }

    /// How many pods their owners ask for; pods without an owner count as themselves.
    private func expectedCount(_ pods: [JSON]) -> Int {
        var counted: [String: Int] = [:]
        for pod in pods {
            guard let owner = pod.controller, let uid = owner["uid"].string else {
                counted[pod.uid] = 1
                continue
            }
            let resource = Resource.all.first { $0.kind == owner["kind"].string }
            let object = resource.flatMap { api.find($0, pod.namespace, owner["name"].string ?? "") }
            counted[uid] = object?["spec"]["replicas"].int ?? pods.count { $0.controller?["uid"].string == uid }
        }
        return counted.values.reduce(0, +)
    }

    private static func desiredHealthy(_ spec: JSON, expected: Int) -> Int {
        if !spec["maxUnavailable"].isNull {
            return max(0, expected - scaled(spec["maxUnavailable"], of: expected))
        }
        return scaled(spec["minAvailable"].isNull ? 1 : spec["minAvailable"], of: expected)
    }

    /// A number, or a percentage rounded up.
    private static func scaled(_ value: JSON, of total: Int) -> Int {
        if let number = value.int { return number }
        let percent = value.string.flatMap { Int($0.prefix { $0.isNumber }) } ?? 0
        return (percent * total + 99) / 100
    }
}
