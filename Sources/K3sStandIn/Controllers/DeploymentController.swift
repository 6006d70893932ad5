/// Keeps one ReplicaSet a template revision, moves the replicas over to the newest, and tells how far it is.
@MainActor struct DeploymentController: Controller {
    let api: ObjectAPI

    func reconcile() async throws(APIError) {
        for deployment in api.list(.deployments) where !deployment.isBeingDeleted {
            let sets = api.list(.replicaSets, namespace: deployment.namespace).filter {
                $0.isControlled(by: deployment)
            }
            let hash = PodTemplate.hash(deployment["spec"]["template"])
            let current = sets.first { $0.labels["pod-template-hash"] == hash }
            let old = sets.filter { $0.labels["pod-template-hash"] != hash }
            if let current {
                try await roll(deployment, to: current, from: old)
            } else {
                try await api.create(.replicaSets, deployment.namespace, newSet(deployment, hash, after: sets))
            }
            try await report(deployment, hash)
        }
    }

    private func newSet(_ deployment: JSON, _ hash: String, after sets: [JSON]) -> JSON {
        let template = deployment["spec"]["template"]
        var set: JSON = [
            "metadata": [
                "name": .string("\(deployment.name)-\(hash)"), "labels": template["metadata"]["labels"],
                "ownerReferences": [deployment.ownerReference],
            ],
            "spec": ["selector": deployment["spec"]["selector"], "template": template, "replicas": 0],
        ]
        let revision =
            (sets.compactMap { Int($0.annotations["deployment.kubernetes.io/revision"] ?? "") }.max() ?? 0) + 1
        set["metadata"]["annotations"]["deployment.kubernetes.io/revision"] = .string(String(revision))
        set["metadata"]["labels"]["pod-template-hash"] = .string(hash)
        set["spec"]["selector"]["matchLabels"]["pod-template-hash"] = .string(hash)
        set["spec"]["template"]["metadata"]["labels"]["pod-template-hash"] = .string(hash)
        // A first revision, or one that replaces nothing, gets all replicas at once.
        let runsOld = sets.contains { ($0["spec"]["replicas"].int ?? 0) > 0 }
        if !runsOld { set["spec"]["replicas"] = deployment["spec"]["replicas"] }
        return set
    }

    private func roll(_ deployment: JSON, to current: JSON, from old: [JSON]) async throws(APIError) {
        let wanted = deployment["spec"]["replicas"].int ?? 1
        let running = old.filter { ($0["spec"]["replicas"].int ?? 0) > 0 }
        if deployment["spec"]["strategy"]["type"] == "Recreate" {
            for set in running { try await scale(set, to: 0) }
            if old.contains(where: { !api.pods(of: $0).isEmpty }) { return }
            return try await scale(current, to: wanted)
        }
        let ready = current["status"]["readyReplicas"].int ?? 0
        let present = current["spec"]["replicas"].int ?? 0
        // One more than asked for at a time; an old one goes when a new one serves.
        try await scale(current, to: running.isEmpty ? wanted : min(wanted, max(present, ready + 1)))
        let oldCount = running.reduce(0) { $0 + ($1["spec"]["replicas"].int ?? 0) }
        if let set = running.first, oldCount + ready > wanted || wanted == 0 {
            try await scale(set, to: max(0, (set["spec"]["replicas"].int ?? 0) - (oldCount + ready - wanted)))
        }
    }

    private func scale(_ set: JSON, to replicas: Int) async throws(APIError) {
        guard set["spec"]["replicas"].int != replicas else { return }
        try await api.update(.replicaSets, set.namespace, set.name) { (old) throws(APIError) in
            var new = old
            new["spec"]["replicas"] = .int(replicas)
            return new
        }
    }

    private func report(_ deployment: JSON, _ hash: String) async throws(APIError) {
        let sets = api.list(.replicaSets, namespace: deployment.namespace).filter { $0.isControlled(by: deployment) }
        func sum(_ field: String, _ sets: [JSON]) -> Int { sets.reduce(0) { $0 + ($1["status"][field].int ?? 0) } }
        let current = sets.filter { $0.labels["pod-template-hash"] == hash }
        let wanted = deployment["spec"]["replicas"].int ?? 1
        let (replicas, ready, updated) = (sum("replicas", sets), sum("readyReplicas", sets), sum("replicas", current))
        let isComplete = ready >= wanted && updated == wanted && replicas == wanted
        try await api.updateStatus(.deployments, deployment) { deployment in
            deployment["status"]["replicas"] = .int(replicas)
            deployment["status"]["readyReplicas"] = .int(ready)
            deployment["status"]["availableReplicas"] = .int(ready)
            deployment["status"]["updatedReplicas"] = .int(updated)
            deployment["status"]["unavailableReplicas"] = ready < wanted ? .int(wanted - ready) : .null
            deployment["status"]["observedGeneration"] = .int(deployment.generation)
            let isAvailable = ready >= wanted - wanted / 4
            deployment.setCondition(
                "Available", isAvailable ? "True" : "False",
                reason: isAvailable ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable")
            deployment.setCondition(
                "Progressing", "True", reason: isComplete ? "NewReplicaSetAvailable" : "ReplicaSetUpdated")
        }
    }
}
