/// Where a cluster's servers keep its state.
package enum Datastore: String, Sendable, Codable, CaseIterable {
    case sqlite, etcd, external
}
