/// Gives pods without a node the eligible one with the fewest of the same owner, as the default spreading does, and
/// among those the one with the fewest pods.
@MainActor struct Scheduler: Controller {
    let api: ObjectAPI

    func reconcile() async throws(APIError) {
        let waiting = api.list(.pods).filter { $0.nodeName == nil && !$0.isFinishedPod && !$0.isBeingDeleted }
        for pod in waiting {
            let nodes = api.list(.nodes)
            let eligible = nodes.filter { Self.isEligible($0, pod) }
            let pods = api.list(.pods)
            let owner = pod.controller?["uid"]
            let rank = { (node: JSON) in
                let there = pods.filter { $0.nodeName == node.name }
                return (there.count { owner != nil && $0.controller?["uid"] == owner }, there.count, node.name)
            }
            let best = eligible.min { rank($0) < rank($1) }
            if let best { try await bind(pod, to: best.name) } else { try await report(pod, nodes.count) }
        }
    }

    private static func isEligible(_ node: JSON, _ pod: JSON) -> Bool {
        guard node["spec"]["unschedulable"].bool != true, node.hasCondition("Ready"), Taint.admits(node, pod) else {
            return false
        }
        return pod["spec"]["nodeSelector"].strings.allSatisfy { node.labels[$0.key] == $0.value }
    }

    private func bind(_ pod: JSON, to node: String) async throws(APIError) {
        try await api.update(.pods, pod.namespace, pod.name) { (old) throws(APIError) in
            guard old.nodeName == nil else { return old }
            var new = old
            new["spec"]["nodeName"] = .string(node)
            return new
        }
        try await api.updateStatus(.pods, pod) { $0.setCondition("PodScheduled", "True", reason: "") }
        await EventRecorder(api: api, component: "default-scheduler").record(
            pod, "Normal", "Scheduled", "Successfully assigned \(pod.namespace)/\(pod.name) to \(node)")
    }

    private func report(_ pod: JSON, _ nodes: Int) async throws(APIError) {
        if pod.condition("PodScheduled")?["reason"] == "Unschedulable" { return }
        let message = "0/\(nodes) nodes are available."
        try await api.updateStatus(.pods, pod) {
            $0.setCondition("PodScheduled", "False", reason: "Unschedulable", message: message)
        }
        await EventRecorder(api: api, component: "default-scheduler").record(
            pod, "Warning", "FailedScheduling", message)
    }
}
