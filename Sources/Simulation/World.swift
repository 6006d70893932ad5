internal import AgentCore
internal import CoordinatorCore
internal import Wire

/// A cluster, its agents and its operators, in one thread, around the real cores. Everything that happens comes off one
/// agenda, and all chance from one seed.
final class World {
    var now = 0
    var chance: SeededGenerator
    var agenda = Agenda()
    let nodes: [SimulatedNode]
    private let places: [NodeName: Int]
    var coordinators: [SimulatedCoordinator] = []
    /// Those whose process is there, in the order of their starts.
    private(set) var living: [Int] = []
    var rules: Rules
    var history: [String] = []
    var coverage = Coverage()
    var storm = Storm()
    var api = SimulatedAPI()
    var crashPoints = CrashPoints()
    let plans = PlanBook()
    /// For each coordinator, in the order of their starts, the nodes that it never reaches.
    var cuts: [[Int]] = []
    var faultsOn = true
    /// Whether an operator's next command is on the agenda.
    var commandIsDue = false
    var commands = 0
    let target: K3sVersion
    let keepsHistory: Bool

    init(seed: UInt64, options: Scenario.Options) {
        chance = SeededGenerator(seed: seed)
        target = options.target
        keepsHistory = options.keepsHistory
        var nodes: [SimulatedNode] = []
        for index in 0..<options.servers + options.workers {
            let role: Role = index < options.servers ? .server : .worker
            let number = role == .server ? index + 1 : index - options.servers + 1
            guard let name = NodeName(role == .server ? "server-\(number)" : "worker-\(number)") else { continue }
            let clock = MachineClock(showing: chance.pick(0...1_000_000), drift: chance.pick(-500...500))
            let isCordoned = chance.chance(1, in: 24)
            nodes.append(
                SimulatedNode(
                    name: name, role: role, clock: clock, version: options.origin,
                    cordonedByOperator: isCordoned && options.faults > 0))
        }
        self.nodes = nodes
        places = Dictionary(
            nodes.enumerated().map { ($0.element.name, $0.offset) }, uniquingKeysWith: { first, _ in first })
        rules = Rules(nodes: nodes.count)
        for index in nodes.indices { startAgent(index) }
    }

    func start(_ coordinator: SimulatedCoordinator) {
        living.append(coordinators.count)
        coordinators.append(coordinator)
    }

    func end(_ coordinator: Int) {
        coordinators[coordinator].isAlive = false
        if coordinators[coordinator].hasLed { lastLeader = coordinators[coordinator] }
        living.removeAll { $0 == coordinator }
    }

    func say(_ text: @autoclosure () -> String) {
        if keepsHistory { history.append("\(now) \(text())") }
    }

    func clock(_ node: Int) -> Int { nodes[node].clock.reading(at: now) }

    func index(_ name: NodeName) -> Int? { places[name] }

    /// The coordinator that started last, of those that are alive.
    var leader: Int? { living.last }
    var nobodyLeads: Bool { living.isEmpty }
    /// The one that was over last, of those that had led.
    private(set) var lastLeader: SimulatedCoordinator?
    var lastEnding: Ending? { coordinators.last?.ending }
    var hasMarks: Bool { nodes.contains { $0.mark != nil } }

    /// Takes the next thing off the agenda. False when there is nothing left.
    func step() -> Bool {
        guard let entry = agenda.next() else { return false }
        now = max(now, entry.at)
        handle(entry.occurrence)
        return true
    }

    private func handle(_ occurrence: Occurrence) {
        switch occurrence {
        case .connect(let coordinator, let node): connect(coordinator, node)
        case .linkLost(let link): linkLost(link)
        case .request(let link, let id, let request):
            if !waits(occurrence, for: link, agent: true) { deliver(request, id: id, over: link) }
        case .look(let link, let id):
            if !waits(occurrence, for: link, agent: true) { lookAtCluster(link, id) }
        case .answer(let link, let id, let answer):
            guard !waits(occurrence, for: link, agent: false), isOpen(link) else { return }
            drive(link.coordinator) { $0.answered(nodes[link.node].name, id: id, answer, at: $1) }
        case .event(let link, let event):
            guard !waits(occurrence, for: link, agent: false), isOpen(link) else { return }
            drive(link.coordinator) { $0.event(nodes[link.node].name, event, at: $1) }
        case .coordinatorWake(let coordinator): coordinatorWakes(coordinator)
        case .agentWake(let node, let life):
            if waitsForThaw(occurrence, node) { return }
            guard nodes[node].agentLife == life else { return }
            nodes[node].nextWake = nil
            drive(agent: node) { $0.tick(at: $1) }
        case .agentStart(let node, let life):
            if waitsForThaw(occurrence, node) { return }
            guard nodes[node].agentLife == life, nodes[node].hostUp, nodes[node].agent == nil else { return }
            startAgent(node)
        case .effectEnd(let node, let life, let token):
            if waitsForThaw(occurrence, node) { return }
            effectEnds(node, life, token)
        case .heldLook(let node, let life, let held):
            if waitsForThaw(occurrence, node) { return }
            heldLook(node, life, held)
        case .giveBack(let node, let life, let drain):
            if waitsForThaw(occurrence, node) { return }
            giveBack(node, life, drain)
        case .roomAgain(let node, let life): if nodes[node].agentLife == life { roomAgain(node) }
        case .k3sUp(let node, let start): k3sUp(node, start)
        case .fault(let fault): if faultsOn { strike(fault) }
        case .mend(let what): mend(what)
        case .boot(let node, let life): boot(node, life)
        // At the end nobody begins anything that the scenario does not wait for.
        case .operatorCommands(let wish): if faultsOn || commandIsDue { command(wish) }
        case .operatorBegins(let wish, let setup): if faultsOn { begin(setup, wish) }
        case .operatorInterrupts(let coordinator):
            say("coordinator \(coordinator) is interrupted")
            drive(coordinator) { $0.interrupt(at: $1) }
        }
    }

    /// A frozen host does nothing now, and all of it when it thaws.
    func waitsForThaw(_ occurrence: Occurrence, _ node: Int) -> Bool {
        guard nodes[node].frozenUntil > now else { return false }
        agenda.enter(occurrence, at: nodes[node].frozenUntil)
        return true
    }

    /// What comes over a link waits where its reader is frozen, or where the network is cut: it is sent again until it
    /// gets through or the connection is given up.
    private func waits(_ occurrence: Occurrence, for link: Link, agent: Bool) -> Bool {
        let coordinator = coordinators[link.coordinator]
        let reader = agent ? nodes[link.node].frozenUntil : coordinator.frozenUntil
        let until = max(reader, coordinator.cutUntil[link.node], agent ? link.lingersUntil : 0)
        guard until > now else { return false }
        agenda.enter(occurrence, at: until)
        return true
    }
}
