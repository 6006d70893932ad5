internal import AgentCore
internal import CoordinatorCore
internal import Wire

/// A cluster, its agents and its operators, in one thread, around the real cores. Everything that happens comes off one
/// agenda, and all chance from one seed.
final class World {
    var now = 0
    var chance: SeededGenerator
    var agenda = Agenda()
    var nodes: [SimulatedNode]
    var coordinators: [SimulatedCoordinator] = []
    var checker = Checker()
    var history: [String] = []
    var connectionCount = 0
    var faultsOn = true
    /// Whether an operator's next command is on the agenda.
    var starting = false
    let target: K3sVersion
    let keepsHistory: Bool

    init(seed: UInt64, options: Scenario.Options) {
        chance = SeededGenerator(seed: seed)
        target = options.target
        keepsHistory = options.keepsHistory
        nodes = []
        for index in 0..<options.servers + options.workers {
            let role: Role = index < options.servers ? .server : .worker
            let number = role == .server ? index + 1 : index - options.servers + 1
            guard let name = NodeName(role == .server ? "server-\(number)" : "worker-\(number)") else { continue }
            nodes.append(
                SimulatedNode(
                    name: name, role: role, clockOffset: chance.pick(0...1_000_000), version: options.origin))
        }
        for index in nodes.indices { startAgent(index) }
    }

    func say(_ text: @autoclosure () -> String) {
        if keepsHistory { history.append("\(now) \(text())") }
    }

    func clock(_ node: Int) -> Int { now + nodes[node].clockOffset }

    func index(_ name: NodeName) -> Int? { nodes.firstIndex { $0.name == name } }

    /// Whether some server's API answers.
    var apiUp: Bool { nodes.contains { $0.role == .server && $0.running != nil && $0.hostUp } }

    /// Takes the next thing off the agenda. False when there is nothing left.
    func step() -> Bool {
        guard let entry = agenda.next() else { return false }
        now = max(now, entry.at)
        handle(entry.occurrence)
        checker.look(at: self)
        return true
    }

    private func handle(_ occurrence: Occurrence) {
        switch occurrence {
        case .connect(let attempt, let coordinator, let node): connect(coordinator, node, attempt: attempt)
        case .linkLost(let coordinator, let node, let connection): linkLost(coordinator, node, connection)
        case .request(let node, let coordinator, let connection, let id, let request):
            if waitsForThaw(occurrence, node) { return }
            deliver(request, id: id, to: node, from: coordinator, connection)
        case .answer(let coordinator, let node, let connection, let id, let answer):
            guard isOpen(coordinator, node, connection) else { return }
            let name = nodes[node].name
            drive(coordinator) { rollout, now in rollout.answered(name, id: id, answer, at: now) }
        case .event(let coordinator, let node, let connection, let event):
            guard isOpen(coordinator, node, connection) else { return }
            let name = nodes[node].name
            drive(coordinator) { rollout, now in rollout.event(name, event, at: now) }
        case .look(let coordinator, let node, let connection, let id):
            if waitsForThaw(occurrence, node) { return }
            lookAtCluster(coordinator, node, connection, id)
        case .coordinatorWake(let coordinator):
            coordinators[coordinator].nextWake = nil
            drive(coordinator) { rollout, now in rollout.tick(at: now) }
        case .agentWake(let node, let life):
            if waitsForThaw(occurrence, node) { return }
            guard nodes[node].agentLife == life else { return }
            nodes[node].nextWake = nil
            drive(agent: node) { $0.tick(at: $1) }
        case .agentStart(let node, let life):
            guard nodes[node].agentLife == life, nodes[node].hostUp else { return }
            startAgent(node)
        case .effectEnd(let node, let life, let effect):
            if waitsForThaw(occurrence, node) { return }
            effectEnds(node, life, effect)
        case .heldLook(let node, let life, let held):
            if waitsForThaw(occurrence, node) { return }
            heldLook(node, life, held)
        case .giveBack(let node, let life, let drain):
            if waitsForThaw(occurrence, node) { return }
            giveBack(node, life, drain)
        case .k3sUp(let node, let start): k3sUp(node, start)
        case .fault(let fault): if faultsOn { strike(fault) }
        case .mend(let fault): mend(fault)
        case .operatorStarts(let takeOver): startCoordinator(takeOver: takeOver)
        case .operatorInterrupts(let coordinator):
            drive(coordinator) { rollout, now in rollout.interrupt(at: now) }
        }
    }

    /// A frozen host does nothing now, and all of it when it thaws.
    private func waitsForThaw(_ occurrence: Occurrence, _ node: Int) -> Bool {
        guard nodes[node].frozenUntil > now else { return false }
        agenda.enter(occurrence, at: nodes[node].frozenUntil)
        return true
    }
}
