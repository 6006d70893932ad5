package import CoordinatorCore
package import Wire

/// Carries out what a `Rollout` decides: the only interpreter of its actions. Has a connection to each node's agent
/// opened again when it breaks, and hands everything that happens to the machine, one thing at a time.
package actor RolloutRunner {
    private var rollout: Rollout
    private let all: AgentLinks
    private let members: [InventoryNode]
    private let began = ContinuousClock.now
    private let onNote: @Sendable (Note, Int) -> Void
    private let onLink: @Sendable (NodeName, CoordinatorError?) -> Void

    private var links: [NodeName: AgentLink] = [:]
    private var connecting: [NodeName: Task<Void, Never>] = [:]
    private var timer: Task<Void, Never>?
    private var ending: Ending?
    private var whenEnded: CheckedContinuation<Ending, Never>?
    private var lastLook: (cluster: ClusterObservation, at: ContinuousClock.Instant)?

    /// Between two tries to reach a node: short at first, since a restart of its agent takes a second.
    private static let pauses: [Duration] = [.milliseconds(200), .milliseconds(500), .seconds(1), .seconds(2)]
    /// What an agent may take to answer as to leases, a look at the cluster, and anything else.
    private static let answerLimit: Duration = .seconds(20)
    private static let lookLimit: Duration = .seconds(60)

    /// - Parameters:
    ///   - onNote: told of everything that happens, with the milliseconds since the beginning.
    ///   - onLink: told when a node's agent is lost (with the reason) or back.
    package init(
        _ setup: Rollout.Setup, over links: AgentLinks, onNote: @escaping @Sendable (Note, Int) -> Void,
        onLink: @escaping @Sendable (NodeName, CoordinatorError?) -> Void
    ) {
        rollout = Rollout(setup, at: 0)
        all = links
        members = links.inventory.inOrder.filter { !setup.assumeDown.contains($0.name) }
        self.onNote = onNote
        self.onLink = onLink
    }

    private var now: Int { Int(began.duration(to: .now) / .milliseconds(1)) }

    /// Runs to the end. Call it once.
    package func run() async -> Ending {
        for node in members { connect(node) }
        let ending = await withCheckedContinuation { continuation in
            whenEnded = continuation
            carryOut(rollout.tick(at: now))
        }
        timer?.cancel()
        for task in connecting.values { task.cancel() }
        return ending
    }

    /// The cluster as a gate has just seen it: nil where that is more than two seconds ago.
    package var freshLook: ClusterObservation? {
        lastLook.flatMap { $0.at.duration(to: .now) < .seconds(2) ? $0.cluster : nil }
    }

    /// Stop at the next safe point.
    package func interrupt() { carryOut(rollout.interrupt(at: now)) }

    // MARK: Links

    private func connect(_ node: InventoryNode) {
        guard ending == nil, connecting[node.name] == nil else { return }
        connecting[node.name] = Task {
            var tries = 0
            while !Task.isCancelled {
                do throws(CoordinatorError) {
                    await self.opened(node, try await all.link(to: node))
                    return
                } catch {
                    onLink(node.name, error)
                }
                try? await Task.sleep(for: Self.pauses[min(tries, Self.pauses.count - 1)])
                tries += 1
            }
        }
    }

    private func opened(_ node: InventoryNode, _ link: AgentLink) async {
        connecting[node.name] = nil
        guard ending == nil else { return }
        links[node.name] = link
        await link.listen(
            onEvent: { [weak self] event in await self?.happened(node.name, event) },
            onEnd: { [weak self] in await self?.lost(node) })
        // One that had ended has said so by now.
        guard ending == nil, links[node.name] === link else { return }
        onLink(node.name, nil)
        carryOut(rollout.linkUp(node.name, at: now))
    }

    private func lost(_ node: InventoryNode) {
        guard ending == nil, links.removeValue(forKey: node.name) != nil else { return }
        carryOut(rollout.linkDown(node.name, at: now))
        connect(node)
    }

    private func happened(_ node: NodeName, _ event: Event) {
        guard ending == nil else { return }
        carryOut(rollout.event(node, event, at: now))
    }

    // MARK: Actions

    private func carryOut(_ actions: [Rollout.Action]) {
        for action in actions {
            switch action {
            case .send(let node, let id, let request): send(request, id: id, to: node)
            case .note(let note): onNote(note, now)
            case .finish(let ending):
                self.ending = ending
                whenEnded?.resume(returning: ending)
                whenEnded = nil
            }
        }
        schedule()
    }

    private func send(_ request: Request, id: Int, to node: NodeName) {
        guard let link = links[node] else { return }
        let limit = request == .observe ? Self.lookLimit : Self.answerLimit
        Task {
            // A request that fails has ended its link, which tells the machine by itself.
            guard let answer = try? await link.ask(request, within: limit) else { return }
            self.answered(node, id, answer)
        }
    }

    private func answered(_ node: NodeName, _ id: Int, _ answer: Answer) {
        guard ending == nil else { return }
        if case .cluster(let cluster) = answer { lastLook = (cluster, .now) }
        carryOut(rollout.answered(node, id: id, answer, at: now))
    }

    private func schedule() {
        timer?.cancel()
        guard ending == nil, let wake = rollout.wake(at: now) else { return }
        let pause = Duration.milliseconds(max(1, wake - now))
        timer = Task {
            try? await Task.sleep(for: pause)
            guard !Task.isCancelled else { return }
            self.ticked()
        }
    }

    private func ticked() {
        guard ending == nil else { return }
        carryOut(rollout.tick(at: now))
    }
}
