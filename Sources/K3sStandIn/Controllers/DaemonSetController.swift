/// Keeps one pod of a DaemonSet on every node that it tolerates, cordoned or not.
@MainActor struct DaemonSetController: Controller {
    private static let tolerated = [
        (Taint.notReady, "NoExecute"), (Taint.unreachable, "NoExecute"), (Taint.unschedulable, "NoSchedule"),
        (Taint.notReady, "NoSchedule"), (Taint.unreachable, "NoSchedule"),
    ]
    let api: ObjectAPI

    func reconcile() async throws(APIError) {
        for set in api.list(.daemonSets) where !set.isBeingDeleted {
            let hash = PodTemplate.hash(set["spec"]["template"])
            let template = Self.pod(of: set, hash, on: "")
            let nodes = api.list(.nodes).filter { node in
                let selector = set["spec"]["template"]["spec"]["nodeSelector"].strings
                return Taint.admits(node, template) && selector.allSatisfy { node.labels[$0.key] == $0.value }
            }
            for node in nodes { try await keepPod(of: set, hash, on: node.name) }
            let names = Set(nodes.map(\.name))
            for pod in api.pods(of: set) where !names.contains(pod.nodeName ?? "") && !pod.isBeingDeleted {
                try await api.delete(.pods, pod.namespace, pod.name)
            }
            try await report(set, hash, nodes.count)
        }
    }

    private func keepPod(of set: JSON, _ hash: String, on node: String) async throws(APIError) {
        let pods = api.pods(of: set).filter { $0.nodeName == node }
        if pods.isEmpty {
            try await api.create(.pods, set.namespace, Self.pod(of: set, hash, on: node))
        }
        guard set["spec"]["updateStrategy"]["type"] != "OnDelete" else { return }
        for pod in pods where !pod.isBeingDeleted {
            if pod.labels["controller-revision-hash"] != hash || pod.isFinishedPod {
                try await api.delete(.pods, pod.namespace, pod.name)
            }
        }
    }

    private static func pod(of set: JSON, _ hash: String, on node: String) -> JSON {
        var pod = PodTemplate.pod(of: set, labels: ["controller-revision-hash": hash], node: node)
        let own = tolerated.map { key, effect -> JSON in
            ["key": .string(key), "operator": "Exists", "effect": .string(effect)]
        }
        pod["spec"]["tolerations"] = .array(pod["spec"]["tolerations"].elements + own)
        return pod
    }

    private func report(_ set: JSON, _ hash: String, _ wanted: Int) async throws(APIError) {
        let pods = api.pods(of: set).filter { !$0.isBeingDeleted }
        let ready = pods.count { $0.isReadyPod }
        let updated = pods.count { $0.labels["controller-revision-hash"] == hash }
        try await api.updateStatus(.daemonSets, set) { set in
            set["status"] = [
                "desiredNumberScheduled": .int(wanted), "currentNumberScheduled": .int(pods.count),
                "numberReady": .int(ready), "numberAvailable": .int(ready), "updatedNumberScheduled": .int(updated),
                "numberMisscheduled": 0, "observedGeneration": .int(set.generation),
                "numberUnavailable": ready < wanted ? .int(wanted - ready) : .null,
            ]
        }
    }
}
