/// Keeps as many pods as a ReplicaSet asks for. Pods that are going do not count: their successors come at once.
@MainActor struct ReplicaSetController: Controller {
    let api: ObjectAPI

    func reconcile() async throws(APIError) {
        for set in api.list(.replicaSets) where !set.isBeingDeleted {
            let wanted = set["spec"]["replicas"].int ?? 1
            var pods = api.pods(of: set).filter { !$0.isBeingDeleted && !$0.isFinishedPod }
            if pods.count < wanted {
                for _ in pods.count..<wanted { try await api.create(.pods, set.namespace, PodTemplate.pod(of: set)) }
            } else if pods.count > wanted {
                // Those that do not serve go first.
                pods.sort { (isReady($0), $0.revision) < (isReady($1), $1.revision) }
                for pod in pods.prefix(pods.count - wanted) { try await api.delete(.pods, pod.namespace, pod.name) }
            }
            let present = api.pods(of: set).filter { !$0.isBeingDeleted && !$0.isFinishedPod }
            let ready = present.count { $0.isReadyPod }
            try await api.updateStatus(.replicaSets, set) { set in
                set["status"] = [
                    "replicas": .int(present.count), "readyReplicas": .int(ready), "availableReplicas": .int(ready),
                    "fullyLabeledReplicas": .int(present.count), "observedGeneration": .int(set.generation),
                ]
            }
        }
    }

    private func isReady(_ pod: JSON) -> Int { pod.isReadyPod ? 1 : 0 }
}
