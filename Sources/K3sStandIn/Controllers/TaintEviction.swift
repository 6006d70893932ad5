/// Deletes pods from nodes with a NoExecute taint, once their toleration of it has run out.
@MainActor final class TaintEviction: Controller {
    private let api: ObjectAPI
    private let evictAfter: Duration
    private var since: [String: ContinuousClock.Instant] = [:]

    init(api: ObjectAPI, settings: Settings) { (self.api, evictAfter) = (api, settings.evictAfter) }

    func reconcile() async throws(APIError) {
        var seen: Set<String> = []
        for node in api.list(.nodes) {
            let taints = node["spec"]["taints"].elements.filter { $0["effect"] == "NoExecute" }
            guard !taints.isEmpty else { continue }
            for pod in api.list(.pods) where pod.nodeName == node.name && !pod.isBeingDeleted {
                for taint in taints {
                    guard let limit = limit(pod, taint) else { continue }
                    let id = "\(pod.uid) \(taint["key"].text) \(taint["timeAdded"].text)"
                    seen.insert(id)
                    let start = since[id] ?? .now
                    since[id] = start
                    if ContinuousClock.now - start >= limit {
                        await EventRecorder(api: api, component: "taint-eviction-controller").record(
                            pod, "Normal", "TaintManagerEviction",
                            "Marking for deletion Pod \(pod.namespace)/\(pod.name)")
                        try await api.delete(.pods, pod.namespace, pod.name)
                    }
                }
            }
        }
        since = since.filter { seen.contains($0.key) }
    }

    /// How long the pod may stay; nil for ever. The default of 300 s is the settable one.
    private func limit(_ pod: JSON, _ taint: JSON) -> Duration? {
        let matching = Taint.tolerations(of: pod, for: taint)
        if matching.isEmpty { return .zero }
        let seconds = matching.map { $0["tolerationSeconds"].int }
        if seconds.contains(nil) { return nil }
        let shortest = seconds.compactMap(\.self).min() ?? 0
        return shortest == 300 ? evictAfter : .seconds(shortest)
    }
}
