internal import FoundationEssentials

/// Objects of several kinds out of one call: kubectl's start costs more than its requests.
package struct ClusterLook: Sendable {
    package var nodes: [ClusterNode] = []
    var leases: [ClusterLease] = []
    var workloads: [ClusterWorkload] = []
    var volumes: [ClusterVolume] = []
    /// K3s' own, for the packaged components.
    var jobs: [ClusterJob] = []
    package var pods: [ClusterPod] = []
    package var budgets: [DisruptionBudget] = []
}

extension Kubectl {
    /// With its version, since kubectl takes what follows the first of two dots for one: it would find no group
    /// `k8s.io`, throw its cache of the API away and ask for all of it anew.
    private static let leases = "leases.v1.coordination.k8s.io"

    /// Everything that a gate looks at.
    func observe() async throws(NodeError) -> ClusterLook {
        let kinds = [
            "nodes", Self.leases, "deployments.apps", "statefulsets.apps", "daemonsets.apps",
            "persistentvolumes", "persistentvolumeclaims", "jobs.batch",
        ]
        return try await get([kinds.joined(separator: ","), "-A"], as: ClusterLook.self) ?? ClusterLook()
    }

    /// What decides whether pods can be evicted.
    func observeEvictions() async throws(NodeError) -> ClusterLook {
        try await get(["pods,poddisruptionbudgets.policy", "-A"], as: ClusterLook.self) ?? ClusterLook()
    }

    /// A node and its heartbeat; nil if the cluster has no such node.
    func nodeWithLease(_ name: String) async throws(NodeError) -> (node: ClusterNode, lease: ClusterLease?)? {
        let objects = ["nodes/\(name)", "\(Self.leases)/\(name)"]
        let look = try await get(
            ["--ignore-not-found", "-n", "kube-node-lease", "--"] + objects, as: ClusterLook.self)
        guard let look, let node = look.nodes.first else { return nil }
        return (node, look.leases.first)
    }
}

extension ClusterLook: Decodable {
    private enum Key: CodingKey { case items }

    private struct Kind: Decodable {
        let kind: String
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        var kinds = try container.nestedUnkeyedContainer(forKey: .items)
        var items = try container.nestedUnkeyedContainer(forKey: .items)
        while !kinds.isAtEnd {
            switch try kinds.decode(Kind.self).kind {
            case "Node": nodes.append(try items.decode(ClusterNode.self))
            case "Lease": leases.append(try items.decode(ClusterLease.self))
            case "Deployment", "StatefulSet", "DaemonSet": workloads.append(try items.decode(ClusterWorkload.self))
            case "PersistentVolume", "PersistentVolumeClaim": volumes.append(try items.decode(ClusterVolume.self))
            case "Job":
                let job = try items.decode(ClusterJob.self)
                if job.isHelmInstall { jobs.append(job) }
            case "Pod": pods.append(try items.decode(ClusterPod.self))
            case "PodDisruptionBudget": budgets.append(try items.decode(DisruptionBudget.self))
            default: _ = try items.decode(Kind.self)
            }
        }
    }
}
