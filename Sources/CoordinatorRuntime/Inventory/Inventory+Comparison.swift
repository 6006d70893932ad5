package import Wire

extension Inventory {
    /// What the inventory says and the cluster does not, or the other way round; empty where they agree.
    package func findings(against cluster: ClusterObservation) -> [Finding] {
        var findings: [Finding] = []
        let known = Set(cluster.nodes.map(\.name))
        let clusterNames = cluster.nodes.map(\.name.text).sorted().joined(separator: ", ")
        for node in inOrder where !known.contains(node.name) {
            findings.append(
                Finding(
                    .refusal, code: "unknown-node", about: node.name.text,
                    problem: "the inventory lists \(node.name), but the cluster has no node of that name",
                    wayOut: "correct its name (the cluster has \(clusterNames)) or remove it from the inventory"))
        }
        for observed in cluster.nodes.sorted(by: { $0.name < $1.name }) {
            guard let node = node(observed.name) else {
                findings.append(
                    Finding(
                        .refusal, code: "node-left-out", about: observed.name.text,
                        problem: "\(observed.name) is a node of the cluster, but the inventory leaves it out",
                        wayOut: "add it to the inventory and install its agent, or remove it from the cluster"))
                continue
            }
            let role: Role = observed.isServer ? .server : .worker
            guard node.role != role else { continue }
            findings.append(
                Finding(
                    .refusal, code: "role-differs", about: node.name.text,
                    problem: "the inventory calls \(node.name) a \(node.role.rawValue), in the cluster it is a "
                        + role.rawValue,
                    wayOut: "write `role: \(role.rawValue)` in the inventory if that is what it is meant to be"))
        }
        return findings
    }

    /// Whether the machine behind a node's address is the node the inventory means.
    package func findings(at node: InventoryNode, report: NodeReport) -> [Finding] {
        guard report.name == node.name else {
            return [
                Finding(
                    .refusal, code: "another-node", about: node.name.text,
                    problem: "the machine at \(node.address.cleaned(limit: 255)) is \(report.name), not \(node.name)",
                    wayOut: "correct the address or the name in the inventory")
            ]
        }
        guard report.role == node.role else {
            return [
                Finding(
                    .refusal, code: "role-differs", about: node.name.text,
                    problem: "the inventory calls \(node.name) a \(node.role.rawValue), its K3s runs as a "
                        + report.role.rawValue,
                    wayOut: "write `role: \(report.role.rawValue)` in the inventory if that is what it is meant to be")
            ]
        }
        return []
    }
}
