internal import AgentRuntime
internal import FoundationEssentials
internal import Wire

extension FuzzTarget {
    /// What kubectl and k3s print as JSON: one `n`ode, a list (`l`) of everything that is looked at, an API `a`ccess out
    /// of a kubeconfig, and K3s' list of `e`tcd snapshots.
    static let objects = FuzzTarget(
        "objects",
        readers: [
            "n": { json in
                guard let node = try? JSONDecoder().decode(ClusterNode.self, from: Data(json)) else { return }
                try demandNode(node)
            },
            "l": { json in
                guard let look = try? JSONDecoder().decode(ClusterLook.self, from: Data(json)) else { return }
                for node in look.nodes {
                    try demandNode(node)
                    _ = DrainCheck.findings(node: node.name, pods: look.pods, budgets: look.budgets)
                }
                // What the coordinator gets of it.
                let answer = Said.answer(id: 1, .cluster(look.observation))
                let line = try FrameCodec.encode(answer).dropLast()
                try demand(
                    try FrameCodec.decode(Said.self, from: Array(line)) == answer,
                    "an observation is not read as it was sent")
            },
            "a": { json in _ = try? JSONDecoder().decode(APIAccess.self, from: Data(json)) },
            "e": { json in
                guard let list = try? EtcdSnapshotList.parse(json) else { return }
                try demand(list.count <= json.count, "there are more snapshots than text")
            },
        ])

    private static func demandNode(_ node: ClusterNode) throws {
        if let version = node.version {
            try demand(version.description == node.kubeletVersion, "a version is not what the kubelet said")
        }
        _ = (node.role, node.isReady, node.heartbeat, node.isEtcdVoter, CordonMark(of: node))
    }
}
