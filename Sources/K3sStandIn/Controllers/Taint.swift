/// Taints and tolerations.
enum Taint {
    static let notReady = "node.kubernetes.io/not-ready"
    static let unreachable = "node.kubernetes.io/unreachable"
    static let unschedulable = "node.kubernetes.io/unschedulable"

    static func tolerates(_ pod: JSON, _ taint: JSON) -> Bool { tolerations(of: pod, for: taint).isEmpty == false }

    /// Those of a pod's tolerations that match a taint.
    static func tolerations(of pod: JSON, for taint: JSON) -> [JSON] {
        pod["spec"]["tolerations"].elements.filter { toleration in
            if let effect = toleration["effect"].string, !effect.isEmpty, effect != taint["effect"].string {
                return false
            }
            let key = toleration["key"].string ?? ""
            if key.isEmpty { return toleration["operator"] == "Exists" }
            guard key == taint["key"].string else { return false }
            if toleration["operator"] == "Exists" { return true }
            return (toleration["value"].string ?? "") == (taint["value"].string ?? "")
        }
    }

    /// Whether a pod may be put on a node.
    static func admits(_ node: JSON, _ pod: JSON) -> Bool {
        node["spec"]["taints"].elements.allSatisfy { taint in
            taint["effect"] == "PreferNoSchedule" || tolerates(pod, taint)
        }
    }
}
