/// A Deployment, StatefulSet or DaemonSet: how many pods it wants and has.
package struct ClusterWorkload: Sendable, Equatable {
    package let kind: String
    package let metadata: ObjectMetadata
    package let desired: Int
    package let ready: Int
    package let updated: Int
    package let observedGeneration: Int64

    package var name: String { metadata.name }
    package var namespace: String { metadata.namespace ?? "default" }
    /// Whether the controller has looked at the workload as it now is; before that its numbers say nothing.
    package var isObserved: Bool { observedGeneration >= (metadata.generation ?? 0) }
    package var isWhole: Bool { isObserved && ready >= desired && updated >= desired }
}

extension ClusterWorkload: Decodable {
    private enum Key: CodingKey { case kind, metadata, spec, status }

    private struct Spec: Decodable {
        let replicas: Int?
    }

    private struct Status: Decodable {
        let readyReplicas: Int?
        let updatedReplicas: Int?
        let desiredNumberScheduled: Int?
        let numberReady: Int?
        let updatedNumberScheduled: Int?
        let observedGeneration: Int64?
    }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        kind = try values.decode(String.self, forKey: .kind)
        metadata = try values.decode(ObjectMetadata.self, forKey: .metadata)
        let spec = try values.decodeIfPresent(Spec.self, forKey: .spec)
        let status = try values.decodeIfPresent(Status.self, forKey: .status)
        observedGeneration = status?.observedGeneration ?? 0
        if kind == "DaemonSet" {
            desired = status?.desiredNumberScheduled ?? 0
            ready = status?.numberReady ?? 0
            updated = status?.updatedNumberScheduled ?? 0
        } else {
            // The API fills in 1 where nothing is said.
            desired = spec?.replicas ?? 1
            ready = status?.readyReplicas ?? 0
            updated = status?.updatedReplicas ?? 0
        }
    }
}
