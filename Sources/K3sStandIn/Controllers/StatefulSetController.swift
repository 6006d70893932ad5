/// Keeps a StatefulSet's numbered pods, each with its claims. A pod's successor comes only when the pod is really gone.
@MainActor struct StatefulSetController: Controller {
    let api: ObjectAPI

    func reconcile() async throws(APIError) {
        for set in api.list(.statefulSets) where !set.isBeingDeleted {
            let hash = "\(set.name)-\(PodTemplate.hash(set["spec"]["template"]))"
            try await keepPods(of: set, hash)
            try await report(set, hash)
        }
    }

    private func keepPods(of set: JSON, _ hash: String) async throws(APIError) {
        let wanted = set["spec"]["replicas"].int ?? 1
        let isOrdered = set["spec"]["podManagementPolicy"] != "Parallel"
        for ordinal in 0..<max(0, wanted) {
            let name = "\(set.name)-\(ordinal)"
            guard let pod = api.find(.pods, set.namespace, name) else {
                try await create(name, ordinal, of: set, hash)
                if isOrdered { return }
                continue
            }
            if pod.isFinishedPod, !pod.isBeingDeleted { try await api.delete(.pods, set.namespace, name) }
            if isOrdered, !pod.isReadyPod { return }
        }
        let pods = api.pods(of: set).filter { !$0.isBeingDeleted }
        for pod in pods where (Self.ordinal(pod) ?? 0) >= wanted {
            try await api.delete(.pods, pod.namespace, pod.name)
            if isOrdered { return }
        }
        guard set["spec"]["updateStrategy"]["type"] != "OnDelete" else { return }
        let outdated = pods.filter { $0.labels["controller-revision-hash"] != hash }
        if let last = outdated.max(by: { Self.ordinal($0) ?? 0 < Self.ordinal($1) ?? 0 }) {
            try await api.delete(.pods, last.namespace, last.name)
        }
    }

    private static func ordinal(_ pod: JSON) -> Int? { pod.name.split(separator: "-").last.flatMap { Int($0) } }

    private func create(_ name: String, _ ordinal: Int, of set: JSON, _ hash: String) async throws(APIError) {
        var pod = PodTemplate.pod(
            of: set, name: name,
            labels: [
                "controller-revision-hash": hash, "statefulset.kubernetes.io/pod-name": name,
                "apps.kubernetes.io/pod-index": String(ordinal),
            ])
        var volumes = pod["spec"]["volumes"].elements
        for template in set["spec"]["volumeClaimTemplates"].elements {
            let claim = "\(template.name)-\(name)"
            if api.find(.persistentVolumeClaims, set.namespace, claim) == nil {
                var object: JSON = ["metadata": template["metadata"], "spec": template["spec"]]
                object["metadata"]["name"] = .string(claim)
                object["metadata"]["namespace"] = .null
                try await api.create(.persistentVolumeClaims, set.namespace, object)
            }
            volumes.append([
                "name": .string(template.name), "persistentVolumeClaim": ["claimName": .string(claim)],
            ])
        }
        if !volumes.isEmpty { pod["spec"]["volumes"] = .array(volumes) }
        try await api.create(.pods, set.namespace, pod)
    }

    private func report(_ set: JSON, _ hash: String) async throws(APIError) {
        let pods = api.pods(of: set)
        let ready = pods.count { $0.isReadyPod }
        let updated = pods.count { $0.labels["controller-revision-hash"] == hash }
        try await api.updateStatus(.statefulSets, set) { set in
            set["status"] = [
                "replicas": .int(pods.count), "readyReplicas": .int(ready), "availableReplicas": .int(ready),
                "currentReplicas": .int(updated), "updatedReplicas": .int(updated), "updateRevision": .string(hash),
                "currentRevision": .string(hash), "observedGeneration": .int(set.generation), "collisionCount": 0,
            ]
        }
    }
}
