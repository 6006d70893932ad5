/// What a kubelet's credentials allow: its own Node and Lease, and the pods on it, as since Kubernetes 1.32.
enum NodeAuthorizer {
    /// One request for objects.
    struct Attributes {
        let verb: String
        let resource: Resource
        let namespace: String
        let name: String
        /// The node that the object is on, for pods.
        let node: String?
    }

    static func check(_ identity: Identity, _ wanted: Attributes) throws(APIError) {
        guard case .node(let node) = identity else { return }
        let isAllowed =
            switch wanted.resource {
            case .nodes: wanted.name == node || wanted.verb == "create"
            case .leases: wanted.namespace == "kube-node-lease" && (wanted.name == node || wanted.verb == "create")
            case .pods: wanted.node == node && wanted.verb != "create"
            case .events: wanted.verb == "create"
            default: false
            }
        guard !isAllowed else { return }
        let scope = wanted.resource.namespaced ? "in the namespace \"\(wanted.namespace)\"" : "at the cluster scope"
        let target = wanted.name.isEmpty ? "" : " \"\(wanted.name)\""
        throw .forbidden(
            "\(wanted.resource.qualifiedName)\(target) is forbidden: User \"\(identity.userName)\" cannot \(wanted.verb)"
                + " resource \"\(wanted.resource.plural)\" in API group \"\(wanted.resource.group)\" \(scope): node"
                + " '\(node)' may only use its own objects")
    }
}
