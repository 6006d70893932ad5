internal import Wire

/// What the API knows of a node from its kubelet.
struct NodeStatus {
    var version: K3sVersion
    /// Since when the kubelet has been silent.
    var silentSince: Int?

    /// A kubelet that stopped keeps showing Ready for some 47 s. The node Lease's renewal tells of the second in which
    /// it was last heard.
    func view(at now: Int) -> NodeView {
        NodeView(
            version: version, ready: silentSince.map { now - $0 < 47_000 } ?? true,
            heartbeat: String((silentSince ?? now) / 1_000))
    }
}

/// A node's status as a look at the cluster shows it.
struct NodeView {
    let version: K3sVersion
    let ready: Bool
    let heartbeat: String
}
