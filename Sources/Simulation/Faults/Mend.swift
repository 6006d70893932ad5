internal import Wire

/// The end of a fault that lasts.
enum Mend {
    case apart(Int)
    case frozen(Int)
    case diskFull(Int)
    case startFails(Int)
    case stale
}

extension World {
    static let wrongTargets = ["v1.37.0+k3s1", "v1.33.9+k3s1"].compactMap { K3sVersion($0) }

    func mend(_ what: Mend) {
        switch what {
        case .apart(let node):
            nodes[node].apartSince = nil
            setHeard(node)
        case .frozen(let node): setHeard(node)
        case .diskFull(let node): nodes[node].disk.isFull = false
        case .startFails(let node):
            nodes[node].startFails = false
            // systemd tries again and again.
            guard nodes[node].running == nil, nodes[node].hostUp else { return }
            agenda.enter(.k3sUp(node: node, start: nodes[node].starts), at: now + 5_000)
        case .stale: thawStatuses()
        }
    }

    /// From here on nothing goes wrong any more, and what went wrong is mended.
    func stopFaults() {
        say("nothing goes wrong from here on")
        faultsOn = false
        api = SimulatedAPI()
        storm.slowUntil = 0
        for coordinator in coordinators {
            coordinator.frozenUntil = min(coordinator.frozenUntil, now)
            for node in nodes.indices { coordinator.cutUntil[node] = 0 }
        }
        for (index, node) in nodes.enumerated() {
            node.frozenUntil = 0
            node.apartSince = nil
            node.staleView = nil
            node.disk.isFull = false
            node.disk.nextWriteBreaks = nil
            node.startFails = false
            if !node.hostUp { boot(index, node.agentLife) }
            if node.running == nil {
                agenda.enter(.k3sUp(node: index, start: node.starts), at: now + 1_000)
            }
            setHeard(index)
        }
    }
}
