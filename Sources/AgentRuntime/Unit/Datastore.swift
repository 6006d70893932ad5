/// Where a server keeps its cluster's state.
package enum Datastore: String, Sendable, Codable, CaseIterable {
    case sqlite
    case etcd
    /// An own database outside of the node, whose backup is the operator's.
    case external
}
