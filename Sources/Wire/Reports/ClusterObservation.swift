/// One look at the cluster through its API, by a server's agent.
package struct ClusterObservation: Hashable, Sendable, Codable {
    package let nodes: [ObservedNode]
    package let leaders: [ObservedLeader]
    package let workloads: [Workload]
    package let volumes: [Volume]
    /// Packaged components whose helm-install job has not completed, as `namespace/name`.
    package let unfinishedJobs: [String]
    /// The agent's CLOCK_BOOTTIME at the end of the look, in milliseconds: orders the looks of one agent.
    package let at: Int

    package init(
        nodes: [ObservedNode], leaders: [ObservedLeader], workloads: [Workload], volumes: [Volume],
        unfinishedJobs: [String], at: Int
    ) {
        self.nodes = nodes
        self.leaders = leaders
        self.workloads = workloads
        self.volumes = volumes
        self.unfinishedJobs = unfinishedJobs
        self.at = at
    }

    package func node(_ name: NodeName) -> ObservedNode? { nodes.first { $0.name == name } }
}

package struct ObservedNode: Hashable, Sendable, Codable {
    package let name: NodeName
    package let isServer: Bool
    /// `.status.nodeInfo.kubeletVersion`; nil where it is no K3s version.
    package let version: K3sVersion?
    package let ready: Bool
    package let schedulable: Bool
    /// Our mark, where the node is cordoned by a run of ours.
    package let cordon: CordonMark?
    /// The node Lease's `renewTime`, as text: only its changing means anything. Nil where there is no Lease.
    package let heartbeat: String?
    /// The `EtcdIsVoter` condition; nil where the node has none.
    package let isVoter: Bool?

    package init(
        name: NodeName, isServer: Bool, version: K3sVersion?, ready: Bool, schedulable: Bool, cordon: CordonMark?,
        heartbeat: String?, isVoter: Bool?
    ) {
        self.name = name
        self.isServer = isServer
        self.version = version
        self.ready = ready
        self.schedulable = schedulable
        self.cordon = cordon
        self.heartbeat = heartbeat
        self.isVoter = isVoter
    }
}

/// What our cordon writes beside `unschedulable`, in the same patch. A cordon without it is the operator's.
package struct CordonMark: Hashable, Sendable, Codable {
    package let run: RunID
    package let epoch: Epoch

    package init(run: RunID, epoch: Epoch) {
        self.run = run
        self.epoch = epoch
    }

    /// Whether who held the node for a run in an epoch may take the cordon off: not if it was made anew since, by an
    /// agent that holds the node for a later epoch of the same run.
    package func belongs(to run: RunID, by epoch: Epoch) -> Bool { self.run == run && self.epoch <= epoch }
}

/// A leader election Lease of the control plane.
package struct ObservedLeader: Hashable, Sendable, Codable {
    /// `kube-controller-manager`, `kube-scheduler`.
    package let name: String
    package let holder: String
    /// As text: only its changing means anything.
    package let renewal: String

    package init(name: String, holder: String, renewal: String) {
        self.name = name
        self.holder = holder
        self.renewal = renewal
    }
}
