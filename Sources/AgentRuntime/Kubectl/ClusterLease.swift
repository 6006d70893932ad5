/// A Lease of the coordination API: a node's heartbeat, or who leads among the controllers.
package struct ClusterLease: Sendable, Equatable, Decodable {
    package struct Spec: Sendable, Equatable, Decodable {
        package let holderIdentity: String?
        /// RFC 3339 with microseconds; that it changes says that its holder lives.
        package let renewTime: String?
        package let leaseTransitions: Int?
    }

    package let metadata: ObjectMetadata
    package let spec: Spec?

    package var name: String { metadata.name }
    package var holder: String? { spec?.holderIdentity.flatMap { $0.isEmpty ? nil : $0 } }
    package var renewed: String? { spec?.renewTime }
}
