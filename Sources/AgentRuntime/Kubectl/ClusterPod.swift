/// A Pod, as far as draining and the comparison with the baseline look at it.
package struct ClusterPod: Sendable, Equatable {
    package let metadata: ObjectMetadata
    package let node: String?
    /// `Pending`, `Running`, `Succeeded`, `Failed`, `Unknown`.
    package let phase: String
    /// The Ready condition.
    package let isReady: Bool
    /// The pod's own reason, else the first of a container that does not run: `CrashLoopBackOff`, `ImagePullBackOff`.
    package let reason: String?
    /// Names of its emptyDir volumes, whose content a drain deletes.
    package let localVolumes: [String]

    package var name: String { metadata.name }
    package var namespace: String { metadata.namespace ?? "default" }
    package var isGoing: Bool { metadata.deletionTimestamp != nil }
    package var isOver: Bool { phase == "Succeeded" || phase == "Failed" }
    /// A pod that the kubelet runs from a file of its own; it cannot be evicted.
    package var isMirror: Bool { metadata.annotations?["kubernetes.io/config.mirror"] != nil }
    package var isOfDaemonSet: Bool { metadata.controller?.kind == "DaemonSet" }
    /// Nobody would make it anew: a drain refuses to evict it.
    package var isBare: Bool { metadata.controller == nil && !isMirror }
}

extension ClusterPod: Decodable {
    private enum Key: CodingKey { case metadata, spec, status }

    private struct Spec: Decodable {
        struct Volume: Decodable {
            struct Empty: Decodable {}
            let name: String
            let emptyDir: Empty?
        }
        let nodeName: String?
        let volumes: [Volume]?
    }

    private struct Status: Decodable {
        struct Condition: Decodable {
            let type: String
            let status: String
        }
        struct Container: Decodable {
            struct State: Decodable {
                struct Detail: Decodable {
                    let reason: String?
                }
                let waiting: Detail?
                let terminated: Detail?
            }
            let state: State?
        }
        let phase: String?
        let reason: String?
        let conditions: [Condition]?
        let containerStatuses: [Container]?
    }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        metadata = try values.decode(ObjectMetadata.self, forKey: .metadata)
        let spec = try values.decodeIfPresent(Spec.self, forKey: .spec)
        node = spec?.nodeName
        localVolumes = spec?.volumes?.filter { $0.emptyDir != nil }.map(\.name) ?? []
        let status = try values.decodeIfPresent(Status.self, forKey: .status)
        phase = status?.phase ?? "Unknown"
        isReady = status?.conditions?.contains { $0.type == "Ready" && $0.status == "True" } ?? false
        let containers = status?.containerStatuses ?? []
        reason =
            status?.reason ?? containers.lazy.compactMap { $0.state?.waiting?.reason }.first
            ?? containers.lazy.compactMap { $0.state?.terminated?.reason }.first
    }
}
