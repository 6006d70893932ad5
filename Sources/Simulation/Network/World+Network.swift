internal import CoordinatorCore
internal import Wire

/// Connections between coordinators and agents. Each is a stream: what is said comes in its order or, with the
/// connection's end, not at all. So nothing is doubled or out of order within one; it is across two, where what was
/// sent over the first is still read after the second was opened.
extension World {
    /// How long a peer that says nothing is waited for before its connection is given up, in milliseconds.
    static let keepalive = 15_000

    func isOpen(_ link: Link) -> Bool {
        let coordinator = coordinators[link.coordinator]
        return coordinator.isAlive && coordinator.links[link.node] === link
    }

    private func latency() -> Int {
        if storm.slowUntil > now { return chance.pick(500...12_000) }
        return chance.chance(1, in: 20) ? chance.pick(50...400) : chance.pick(1...20)
    }

    func connect(_ index: Int, _ node: Int) {
        let coordinator = coordinators[index]
        guard coordinator.isAlive, coordinator.links[node] == nil else { return }
        let isReachable =
            nodes[node].hostUp && nodes[node].agent != nil && nodes[node].frozenUntil <= now
            && coordinator.cutUntil[node] <= now && coordinator.frozenUntil <= now
        guard isReachable else {
            agenda.enter(.connect(coordinator: index, node: node), at: now + 1_000)
            return
        }
        coordinator.links[node] = Link(coordinator: index, node: node)
        drive(index) { $0.linkUp(nodes[node].name, at: $1) }
    }

    func linkLost(_ link: Link) {
        guard isOpen(link) else { return }
        let coordinator = coordinators[link.coordinator]
        if coordinator.frozenUntil > now {
            agenda.enter(.linkLost(link), at: coordinator.frozenUntil)
            return
        }
        coordinator.links[link.node] = nil
        say("coordinator \(link.coordinator) lost \(nodes[link.node].name)")
        agenda.enter(.connect(coordinator: link.coordinator, node: link.node), at: now + chance.pick(200...2_000))
        drive(link.coordinator) { $0.linkDown(nodes[link.node].name, at: $1) }
    }

    /// Every open connection to a node breaks: at once where the agent died, later where nobody says so.
    func breakLinks(to node: Int, after delay: Int) {
        for index in living {
            guard let link = coordinators[index].links[node] else { continue }
            link.agentReads = false
            agenda.enter(.linkLost(link), at: now + delay)
        }
    }

    func send(_ request: Request, id: Int, from index: Int, to node: Int) {
        guard let link = coordinators[index].links[node] else { return }
        let at = max(link.lastDown, now + latency())
        link.lastDown = at
        if case .observe = request {
            agenda.enter(.look(link, id: id), at: at + lookTakes(100))
        } else {
            agenda.enter(.request(link, id: id, request), at: at)
        }
        if case .grant = request, faultsOn, storm.freezesAtGrants, chance.chance(1, in: 50) {
            agenda.enter(.fault(Fault(kind: .hostFreezes, node: node)), at: now)
        }
    }

    func reply(_ answer: Answer, to asker: Asker) {
        guard let at = arrival(over: asker.link) else { return }
        agenda.enter(.answer(asker.link, id: asker.id, answer), at: at)
    }

    func broadcast(_ event: Event, from node: Int) {
        for index in living {
            guard let link = coordinators[index].links[node], let at = arrival(over: link) else { continue }
            agenda.enter(.event(link, event), at: at)
        }
    }

    /// When something that an agent says now arrives; nil where it never does.
    private func arrival(over link: Link) -> Int? {
        guard link.agentIsHeard, isOpen(link) else { return nil }
        let at = max(link.lastUp, now + latency())
        link.lastUp = at
        return at
    }
}
