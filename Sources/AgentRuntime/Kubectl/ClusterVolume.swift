/// A PersistentVolume or a claim to one.
package struct ClusterVolume: Sendable, Equatable, Decodable {
    package struct Status: Sendable, Equatable, Decodable {
        /// `Bound`, `Available`, `Released`, `Pending`, `Lost`, `Failed`.
        package let phase: String?
    }

    package struct Spec: Sendable, Equatable, Decodable {
        /// A claim's volume.
        package let volumeName: String?
    }

    package let kind: String
    package let metadata: ObjectMetadata
    package let spec: Spec?
    package let status: Status?

    package var name: String { metadata.name }
    package var phase: String { status?.phase ?? "Unknown" }
}
