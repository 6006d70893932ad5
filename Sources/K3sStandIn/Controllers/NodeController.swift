/// Watches over the nodes: calls those Unknown that do not renew their Lease, and keeps the taints that follow from
/// conditions and cordons. Silence is measured on this server's own clock, from when it first looked.
@MainActor final class NodeController: Controller {
    private let api: ObjectAPI
    private let grace: Duration
    private var heard: [String: (renewal: JSON, at: ContinuousClock.Instant)] = [:]
    private var lastPass: ContinuousClock.Instant?

    init(api: ObjectAPI, settings: Settings) { (self.api, grace) = (api, settings.nodeGrace) }

    func reconcile() async throws(APIError) {
        let now = ContinuousClock.now
        // After a sleep (another leader, a frozen host) nobody is blamed for what was not seen.
        if let lastPass, now - lastPass > .seconds(2) { heard = [:] }
        lastPass = now
        for node in api.list(.nodes) {
            let renewal = api.find(.leases, "kube-node-lease", node.name)?["spec"]["renewTime"] ?? .null
            if heard[node.name]?.renewal != renewal { heard[node.name] = (renewal, now) }
            let silence = heard[node.name].map { now - $0.at } ?? .zero
            if silence >= grace, node.condition("Ready")?["status"] != "Unknown" { try await callUnknown(node) }
            try await taint(node)
            if !node.hasCondition("Ready") { try await callPodsUnready(of: node) }
        }
    }

    private func callUnknown(_ node: JSON) async throws(APIError) {
        try await api.updateStatus(.nodes, node) { node in
            for type in ["MemoryPressure", "DiskPressure", "PIDPressure", "Ready"] {
                node.setCondition(
                    type, "Unknown", reason: "NodeStatusUnknown", message: "Kubelet stopped posting node status.")
            }
        }
        await EventRecorder(api: api, component: "node-controller").record(
            node, "Normal", "NodeNotReady", "Node \(node.name) status is now: NodeNotReady")
    }

    private func taint(_ node: JSON) async throws(APIError) {
        let current = try api.get(.nodes, "", node.name)
        let wanted = Self.wantedTaints(current)
        let managed: Set<String> = [Taint.notReady, Taint.unreachable, Taint.unschedulable]
        let old = current["spec"]["taints"].elements
        let kept = old.filter { !managed.contains($0["key"].string ?? "") }
        let present = old.filter { managed.contains($0["key"].string ?? "") }
        let isRight =
            present.count == wanted.count
            && wanted.allSatisfy { want in
                present.contains { $0["key"] == want["key"] && $0["effect"] == want["effect"] }
            }
        if isRight { return }
        let now = JSON.string(Timestamp.now.time)
        let new = wanted.map { want -> JSON in
            if let same = present.first(where: { $0["key"] == want["key"] && $0["effect"] == want["effect"] }) {
                return same
            }
            var taint = want
            taint["timeAdded"] = now
            return taint
        }
        let all = kept + new
        try await api.update(.nodes, "", node.name) { (old) throws(APIError) in
            guard old["spec"]["taints"] == current["spec"]["taints"] else { return old }
            var changed = old
            changed["spec"]["taints"] = all.isEmpty ? .null : .array(all)
            return changed
        }
    }

    private static func wantedTaints(_ node: JSON) -> [JSON] {
        var taints: [JSON] = []
        if node["spec"]["unschedulable"].bool == true {
            taints.append(["key": .string(Taint.unschedulable), "effect": "NoSchedule"])
        }
        let key: String? =
            switch node.condition("Ready")?["status"].string {
            case "True": nil
            case "Unknown": Taint.unreachable
            default: Taint.notReady
            }
        if let key {
            taints.append(["key": .string(key), "effect": "NoSchedule"])
            taints.append(["key": .string(key), "effect": "NoExecute"])
        }
        return taints
    }

    /// Pods on a node that is not Ready do not count as ready, whatever their kubelet last said.
    private func callPodsUnready(of node: JSON) async throws(APIError) {
        for pod in api.list(.pods) where pod.nodeName == node.name && pod.hasCondition("Ready") {
            try await api.updateStatus(.pods, pod) { $0.setCondition("Ready", "False", reason: "NodeNotReady") }
        }
    }
}
