extension Kubectl {
    package func nodes() async throws(NodeError) -> [ClusterNode] { try await list("nodes", of: ClusterNode.self) }

    /// Nil if the cluster has no node of that name.
    package func node(_ name: String) async throws(NodeError) -> ClusterNode? {
        try await object("nodes", name, of: ClusterNode.self)
    }

    /// The heartbeats, by node name.
    package func nodeLeases() async throws(NodeError) -> [String: ClusterLease] {
        let leases = try await list("leases.coordination.k8s.io", of: ClusterLease.self, ["-n", "kube-node-lease"])
        return Dictionary(leases.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// A node and its heartbeat, out of one call; nil if the cluster has no such node.
    func nodeWithLease(_ name: String) async throws(NodeError) -> (node: ClusterNode, lease: ClusterLease?)? {
        let objects = ["nodes/\(name)", "leases.coordination.k8s.io/\(name)"]
        let look = try await get(
            ["--ignore-not-found", "-n", "kube-node-lease", "--"] + objects, as: ClusterLook.self)
        guard let look, let node = look.nodes.first else { return nil }
        return (node, look.leases.first)
    }

    /// Who leads in kube-system; K3s on SQLite may run without leader election, then there are none.
    package func leaders() async throws(NodeError) -> [ClusterLease] {
        let names = ["kube-controller-manager", "kube-scheduler"]
        return try await list("leases.coordination.k8s.io", of: ClusterLease.self, ["-n", "kube-system"])
            .filter { names.contains($0.name) }
    }

    package func pods() async throws(NodeError) -> [ClusterPod] { try await list("pods", of: ClusterPod.self, ["-A"]) }

    package func pods(on node: String) async throws(NodeError) -> [ClusterPod] {
        try await list("pods", of: ClusterPod.self, ["-A", "--field-selector=spec.nodeName=\(node)"])
    }

    package func budgets() async throws(NodeError) -> [DisruptionBudget] {
        try await list("poddisruptionbudgets.policy", of: DisruptionBudget.self, ["-A"])
    }

    package func workloads() async throws(NodeError) -> [ClusterWorkload] {
        try await list("deployments.apps,statefulsets.apps,daemonsets.apps", of: ClusterWorkload.self, ["-A"])
    }

    /// K3s' own jobs for the packaged components.
    package func helmJobs() async throws(NodeError) -> [ClusterJob] {
        try await list("jobs.batch", of: ClusterJob.self, ["-n", "kube-system"]).filter(\.isHelmInstall)
    }

    package func volumes() async throws(NodeError) -> [ClusterVolume] {
        try await list("persistentvolumes", of: ClusterVolume.self)
    }

    package func claims() async throws(NodeError) -> [ClusterVolume] {
        try await list("persistentvolumeclaims", of: ClusterVolume.self, ["-A"])
    }

    /// Whether the API server says that it is ready to serve. An anonymous probe would get 401 from a healthy one.
    ///
    /// - Parameter deadline: short, since this is asked several times a second during an outage.
    package func isReady(deadline: Duration = .seconds(3)) async -> Bool {
        let seconds = max(1, deadline.components.seconds)
        let command = command(
            ["get", "--raw", "/readyz", "--request-timeout=\(seconds)s"], deadline: deadline, outputLimit: 64 * 1024)
        return (try? await runner.run(command).succeeded) ?? false
    }
}
