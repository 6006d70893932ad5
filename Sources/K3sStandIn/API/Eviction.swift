/// The eviction subresource of a pod, with the budgets that may forbid it.
@MainActor struct Eviction {
    let api: ObjectAPI

    /// Deletes the pod if its budgets allow. `body` is an Eviction; its `deleteOptions` may ask for a dry run.
    func evict(_ namespace: String, _ name: String, body: JSON, dryRun: Bool) async throws(APIError) -> JSON {
        let options = body["deleteOptions"]
        var wanted = ObjectAPI.DeleteOptions()
        wanted.dryRun = dryRun || !options["dryRun"].elements.isEmpty
        wanted.gracePeriodSeconds = options["gracePeriodSeconds"].int
        wanted.uid = options["preconditions"]["uid"].string
        let pod = try api.get(.pods, namespace, name)
        var details: [String: JSON] = [
            "namespace": .string(namespace), "pod": .string(name), "target": .string(pod.nodeName ?? ""),
            "dryRun": .bool(wanted.dryRun),
        ]
        do {
            try await takeFromBudget(pod, dryRun: wanted.dryRun)
            try await api.delete(.pods, namespace, name, wanted)
        } catch {
            details["code"] = .int(error.code)
            api.log?.append("evict", details)
            throw error
        }
        details["code"] = 201
        api.log?.append("evict", details)
        return ["kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Success", "code": 201]
    }

    private func takeFromBudget(_ pod: JSON, dryRun: Bool) async throws(APIError) {
        let phase = pod["status"]["phase"].string
        if pod.isFinishedPod || phase == "Pending" || pod.isBeingDeleted { return }
        let budgets = api.list(.disruptionBudgets, namespace: pod.namespace).filter { budget in
            LabelSelector(object: budget["spec"]["selector"])?.matches(pod.labels) ?? false
        }
        guard let budget = budgets.first else { return }
        guard budgets.count == 1 else {
            throw APIError(
                code: 500, reason: "InternalError",
                message:
                    "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.")
        }
        if !pod.isReadyPod, Self.lets(budget, evictUnhealthy: pod) { return }
        try await api.update(.disruptionBudgets, budget.namespace, budget.name, subresource: "status", dryRun: dryRun) {
            budget throws(APIError) in
            try Self.decremented(budget, for: pod)
        }
    }

    /// A pod that is not Ready may go when it does not count, or when the others suffice.
    private static func lets(_ budget: JSON, evictUnhealthy pod: JSON) -> Bool {
        if budget["spec"]["unhealthyPodEvictionPolicy"] == "AlwaysAllow" { return true }
        let status = budget["status"]
        return (status["currentHealthy"].int ?? 0) >= (status["desiredHealthy"].int ?? 0)
            && (status["desiredHealthy"].int ?? 0) > 0
    }

    private static func decremented(_ budget: JSON, for pod: JSON) throws(APIError) -> JSON {
        let status = budget["status"]
        if (status["observedGeneration"].int ?? 0) < budget.generation {
            throw tooMany(
                "The disruption budget \(budget.name) is still being processed by the server.", retryAfter: 10)
        }
        let allowed = status["disruptionsAllowed"].int ?? 0
        guard allowed > 0 else {
            let (desired, current) = (status["desiredHealthy"].int ?? 0, status["currentHealthy"].int ?? 0)
            throw tooMany(
                "The disruption budget \(budget.name) needs \(desired) healthy pods and has \(current) currently")
        }
        var new = budget
        new["status"]["disruptionsAllowed"] = .int(allowed - 1)
        new["status"]["disruptedPods"][pod.name] = .string(Timestamp.now.time)
        if allowed == 1 { new.setCondition("DisruptionAllowed", "False", reason: "InsufficientPods") }
        return new
    }

    private static func tooMany(_ cause: String, retryAfter: Int? = nil) -> APIError {
        APIError(
            code: 429, reason: "TooManyRequests",
            message: "Cannot evict pod as it would violate the pod's disruption budget.",
            details: ["causes": [["reason": "DisruptionBudget", "message": .string(cause)]]], retryAfter: retryAfter)
    }
}
