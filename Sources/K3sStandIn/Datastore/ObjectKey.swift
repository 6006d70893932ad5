/// The place of one object in the datastore.
struct ObjectKey: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The kind's plural and group as Kubernetes joins them: `pods`, `deployments.apps`.
    let resource: String
    /// Empty for objects of the whole cluster.
    let namespace: String
    let name: String

    init(_ resource: String, _ namespace: String, _ name: String) {
        (self.resource, self.namespace, self.name) = (resource, namespace, name)
    }

    /// Reads what `description` writes.
    init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 5, parts[1] == "registry" else { return nil }
        self.init(String(parts[2]), String(parts[3]), String(parts[4]))
    }

    var description: String { "/registry/\(resource)/\(namespace)/\(name)" }

    static func < (left: ObjectKey, right: ObjectKey) -> Bool {
        (left.resource, left.namespace, left.name) < (right.resource, right.namespace, right.name)
    }
}
