package import Wire

/// A Node object, as far as an upgrade looks at it.
package struct ClusterNode: Sendable, Equatable {
    package struct Taint: Sendable, Equatable, Decodable {
        package let key: String
        package let value: String?
        package let effect: String
    }

    package struct Condition: Sendable, Equatable, Decodable {
        package let type: String
        /// `True`, `False` or `Unknown`.
        package let status: String
        package let reason: String?
        /// RFC 3339, by the control plane's clock: told apart, never compared with another clock.
        package let lastHeartbeatTime: String?
        package let lastTransitionTime: String?
    }

    package let metadata: ObjectMetadata
    package let isUnschedulable: Bool
    package let taints: [Taint]
    package let conditions: [Condition]
    /// The kubelet's version as it reported it, `v1.35.1+k3s1`.
    package let kubeletVersion: String

    package var name: String { metadata.name }
    /// Nil if the kubelet reports something that is no K3s version.
    package var version: K3sVersion? { K3sVersion(kubeletVersion) }
    package var isReady: Bool { isTrue("Ready") }
    /// The heartbeat in the Ready condition; on many clusters only every five minutes: see the node's Lease.
    package var heartbeat: String? { condition("Ready")?.lastHeartbeatTime }
    /// Nil where the node is no member of an etcd cluster.
    package var isEtcdVoter: Bool? { condition("EtcdIsVoter").map { $0.status == "True" } }

    /// By the labels that K3s sets on its servers.
    package var role: Role {
        let roles = ["node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master"]
        return roles.contains { metadata.labels?[$0] != nil } ? .server : .worker
    }

    package func condition(_ type: String) -> Condition? { conditions.first { $0.type == type } }
    package func isTrue(_ type: String) -> Bool { condition(type)?.status == "True" }
}

extension ClusterNode: Decodable {
    private enum Key: CodingKey { case metadata, spec, status }

    private struct Spec: Decodable {
        let unschedulable: Bool?
        let taints: [Taint]?
    }

    private struct Status: Decodable {
        struct Info: Decodable {
            let kubeletVersion: String
        }
        let conditions: [Condition]?
        let nodeInfo: Info?
    }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        metadata = try values.decode(ObjectMetadata.self, forKey: .metadata)
        let spec = try values.decodeIfPresent(Spec.self, forKey: .spec)
        isUnschedulable = spec?.unschedulable ?? false
        taints = spec?.taints ?? []
        let status = try values.decodeIfPresent(Status.self, forKey: .status)
        conditions = status?.conditions ?? []
        kubeletVersion = status?.nodeInfo?.kubeletVersion ?? ""
    }
}
