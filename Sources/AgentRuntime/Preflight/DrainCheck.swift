package import Wire

/// What would keep a node from being drained, or would lose data by it.
package enum DrainCheck {
    /// - Parameter pods: of the node, or of the cluster: others are left out.
    package static func findings(node: String, pods: [ClusterPod], budgets: [DisruptionBudget]) -> [Finding] {
        let evicted = pods.filter { $0.node == node && !$0.isOfDaemonSet && !$0.isMirror && !$0.isGoing }
        return bare(evicted, node) + localData(evicted) + blocking(evicted, budgets)
    }

    private static func bare(_ pods: [ClusterPod], _ node: String) -> [Finding] {
        // A pod that is over is deleted by the drain without being asked for.
        pods.filter { $0.isBare && !$0.isOver }.map { pod in
            Finding(
                .refusal, code: "bare-pod", about: "\(pod.namespace)/\(pod.name)",
                problem: "no controller would make this pod anew: draining \(node) is refused because of it",
                wayOut: "delete it, or put it into a Deployment")
        }
    }

    private static func localData(_ pods: [ClusterPod]) -> [Finding] {
        pods.filter { !$0.localVolumes.isEmpty && !$0.isOver }.map { pod in
            Finding(
                .warning, code: "local-data", about: "\(pod.namespace)/\(pod.name)",
                problem: "it loses what is in its emptyDir volumes (\(pod.localVolumes.joined(separator: ", "))) "
                    + "when it moves",
                wayOut: "nothing, if that is only a cache; else keep it in a PersistentVolumeClaim")
        }
    }

    private static func blocking(_ pods: [ClusterPod], _ budgets: [DisruptionBudget]) -> [Finding] {
        let alive = pods.filter { !$0.isOver }
        let single = budgets.filter { budget in alive.contains { budget.covers($0) } }.compactMap(finding)
        let overlapping: [Finding] = alive.compactMap { pod in
            let over = budgets.filter { $0.covers(pod) }
            guard over.count > 1 else { return nil }
            return Finding(
                .refusal, code: "budgets-overlap", about: "\(pod.namespace)/\(pod.name)",
                problem: "more than one budget covers it (\(over.map(\.name).joined(separator: ", "))): "
                    + "Kubernetes refuses to evict it",
                wayOut: "leave one budget over each pod")
        }
        return single + overlapping
    }

    private static func finding(_ budget: DisruptionBudget) -> Finding? {
        let thing = "\(budget.namespace)/\(budget.name)"
        guard budget.isObserved else {
            return Finding(
                .warning, code: "budget-unobserved", about: thing,
                problem: "the controllers have not looked at this budget as it now is",
                wayOut: "wait; if it stays so, look at the controller-manager")
        }
        guard budget.allowed < 1 else { return nil }
        let status = budget.status
        return Finding(
            .refusal, code: "budget-blocks", about: thing,
            problem: "this budget allows no pod to go (\(status?.currentHealthy ?? 0) healthy, "
                + "\(status?.desiredHealthy ?? 0) required)",
            wayOut: "make its pods healthy, run one more of them, or relax the budget for the upgrade")
    }
}
