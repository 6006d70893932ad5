internal import CoordinatorCore
internal import Wire

/// Connections between coordinators and agents: in order, with delay, and broken as real ones are.
extension World {
    /// How long a peer that says nothing is waited for before its connection is given up, in milliseconds.
    static let keepalive = 15_000

    func isOpen(_ coordinator: Int, _ node: Int, _ connection: Int) -> Bool {
        coordinators[coordinator].connections[node] == connection && coordinators[coordinator].rollout != nil
    }

    func latency() -> Int { chance.chance(1, in: 20) ? chance.pick(50...400) : chance.pick(1...20) }

    func connect(_ coordinator: Int, _ node: Int, attempt: Int) {
        guard coordinators[coordinator].rollout != nil, coordinators[coordinator].connections[node] == nil else {
            return
        }
        let reachable =
            nodes[node].hostUp && nodes[node].agent != nil && nodes[node].frozenUntil <= now
            && !coordinators[coordinator].cut[node]
        guard reachable else {
            agenda.enter(.connect(attempt + 1, coordinator: coordinator, node: node), at: now + 1_000)
            return
        }
        connectionCount += 1
        coordinators[coordinator].connections[node] = connectionCount
        let name = nodes[node].name
        drive(coordinator) { rollout, now in rollout.linkUp(name, at: now) }
    }

    func linkLost(_ coordinator: Int, _ node: Int, _ connection: Int) {
        guard isOpen(coordinator, node, connection) else { return }
        coordinators[coordinator].connections[node] = nil
        say("coordinator \(coordinator) lost \(nodes[node].name)")
        agenda.enter(.connect(1, coordinator: coordinator, node: node), at: now + 1_000)
        let name = nodes[node].name
        drive(coordinator) { rollout, now in rollout.linkDown(name, at: now) }
    }

    /// Every open connection to a node breaks: at once where the agent died, later where nobody says so.
    func breakLinks(to node: Int, after delay: Int) {
        for coordinator in coordinators.indices {
            guard let connection = coordinators[coordinator].connections[node] else { continue }
            agenda.enter(.linkLost(coordinator: coordinator, node: node, connection: connection), at: now + delay)
        }
    }

    func send(_ request: Request, id: Int, from coordinator: Int, to node: Int) {
        guard let connection = coordinators[coordinator].connections[node] else { return }
        if coordinators[coordinator].cut[node] { return }
        let at = now + latency()
        if case .observe = request {
            agenda.enter(.look(coordinator: coordinator, node: node, connection: connection, id: id), at: at + 100)
        } else {
            agenda.enter(
                .request(node: node, coordinator: coordinator, connection: connection, id: id, request), at: at)
        }
    }

    func reply(_ answer: Answer, id: Int, from node: Int, to coordinator: Int, _ connection: Int) {
        if coordinators[coordinator].cut[node] { return }
        agenda.enter(
            .answer(coordinator: coordinator, node: node, connection: connection, id: id, answer), at: now + latency())
    }

    func broadcast(_ event: Event, from node: Int) {
        for coordinator in coordinators.indices {
            guard let connection = coordinators[coordinator].connections[node], !coordinators[coordinator].cut[node]
            else { continue }
            agenda.enter(
                .event(coordinator: coordinator, node: node, connection: connection, event), at: now + latency())
        }
    }
}
