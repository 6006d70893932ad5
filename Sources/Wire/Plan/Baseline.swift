/// The cluster as it was before the run, to hold every later look against.
package struct Baseline: Hashable, Sendable, Codable {
    package let workloads: [Workload]
    package let volumes: [Volume]
    /// Nodes that the operator had cordoned: they stay so.
    package let cordonedByOperator: [NodeName]

    package init(workloads: [Workload], volumes: [Volume], cordonedByOperator: [NodeName]) {
        self.workloads = workloads
        self.volumes = volumes
        self.cordonedByOperator = cordonedByOperator
    }

    package init(of observation: ClusterObservation) {
        self.init(
            workloads: observation.workloads, volumes: observation.volumes,
            cordonedByOperator: observation.nodes.filter { !$0.schedulable && $0.cordon == nil }.map(\.name))
    }
}

/// A Deployment, StatefulSet or DaemonSet: owners, not pods, because a drain also evicts the pods of completed Jobs.
package struct Workload: Hashable, Sendable, Codable {
    /// `Deployment`, `StatefulSet`, `DaemonSet`.
    package let kind: String
    package let namespace: String
    package let name: String
    package let desired: Int
    package let ready: Int
    /// Whether its controller has seen its present specification, so that `ready` means something.
    package let observed: Bool

    package init(kind: String, namespace: String, name: String, desired: Int, ready: Int, observed: Bool) {
        self.kind = kind
        self.namespace = namespace
        self.name = name
        self.desired = desired
        self.ready = ready
        self.observed = observed
    }

    package var id: String { "\(kind) \(namespace)/\(name)" }
}

/// A PersistentVolume or PersistentVolumeClaim.
package struct Volume: Hashable, Sendable, Codable {
    /// `PersistentVolume`, `PersistentVolumeClaim`.
    package let kind: String
    /// Empty for a PersistentVolume.
    package let namespace: String
    package let name: String
    package let phase: String

    package init(kind: String, namespace: String, name: String, phase: String) {
        self.kind = kind
        self.namespace = namespace
        self.name = name
        self.phase = phase
    }

    package var id: String { namespace.isEmpty ? "\(kind) \(name)" : "\(kind) \(namespace)/\(name)" }
}
