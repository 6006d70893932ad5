internal import CoordinatorCore
internal import Wire

/// The cluster as it is seen through its API.
extension World {
    /// Whether the API answers a server's agent: its own server must run, and a majority with it where there are three
    /// or more (with two, etcd needs both; one runs on SQLite).
    func apiAnswers(at node: Int) -> Bool {
        guard api.downUntil <= now, nodes[node].running != nil, nodes[node].hostUp else { return false }
        var servers = 0
        var up = 0
        for node in nodes where node.role == .server {
            servers += 1
            if node.running != nil, node.hostUp { up += 1 }
        }
        return servers < 2 || 2 * up > servers
    }

    func view(of node: Int) -> NodeView { nodes[node].staleView ?? nodes[node].status.view(at: now) }

    /// What a look takes, in milliseconds.
    func lookTakes(_ usually: Int) -> Int { api.slowUntil > now ? usually + chance.pick(3_000...20_000) : usually }

    func lookAtCluster(_ link: Link, _ id: Int) {
        guard nodes[link.node].agent != nil, link.agentReads else { return }
        let answer: Answer =
            apiAnswers(at: link.node)
            ? .cluster(observation(at: clock(link.node)))
            : .refused(Refusal(.failed, "the API does not answer"))
        reply(answer, to: Asker(link: link, id: id))
    }

    func observation(at clock: Int) -> ClusterObservation {
        let seen = nodes.indices.map { index in
            let node = nodes[index]
            let view = view(of: index)
            return ObservedNode(
                name: node.name, isServer: node.role == .server, version: view.version, ready: view.ready,
                schedulable: !node.unschedulable, cordon: node.mark, heartbeat: view.heartbeat, isVoter: nil)
        }
        return ClusterObservation(
            nodes: seen, leaders: [], workloads: [], volumes: [], unfinishedJobs: [], at: clock)
    }

    /// Statuses stand still: the controllers that write them sleep. What is written to node objects goes on.
    func freezeStatuses(for milliseconds: Int) {
        api.staleUntil = max(api.staleUntil, now + milliseconds)
        for node in nodes { node.staleView = node.status.view(at: now) }
    }

    func thawStatuses() {
        guard api.staleUntil <= now else { return }
        for node in nodes { node.staleView = nil }
    }

    /// A kubelet is heard again, or not any more.
    func setHeard(_ index: Int) {
        let node = nodes[index]
        let heard = node.running != nil && node.hostUp && node.apartSince == nil && node.frozenUntil <= now
        if heard, let version = node.running {
            node.status = NodeStatus(version: version, silentSince: nil)
        } else if node.status.silentSince == nil {
            node.status.silentSince = now
        }
    }
}
