import AgentCore
import CoordinatorCore
import Testing
import Wire

/// A coordinator and real agents around it, with the time between them given by hand: a message takes 10 ms, an effect
/// 100 ms, and nothing happens by chance. What goes wrong is the test's to say.
final class Fleet {
    let made: Made
    let plan: Plan
    private(set) var now = 1_000
    var peers: [Peer]
    private(set) var rollout: Rollout?
    private(set) var ending: Ending?
    private(set) var notes: [Note] = []
    private(set) var sent: [(node: NodeName, request: Request)] = []
    private(set) var violations: [String] = []
    /// How often a step's phase is yet to fail.
    var failures: [(step: StepID, phase: Phase, times: Int)] = []
    /// What a node that cannot be trusted makes of an answer of its agent's.
    var lies: (NodeName, Answer) -> Answer = { _, answer in answer }
    /// What an agent refuses a request with, for reasons of its machine's.
    var block: (NodeName, Request) -> Refusal? = { _, _ in nil }
    /// Called after each request is sent, with how many there were.
    var onSend: (Int, NodeName, Request) -> Void = { _, _, _ in }

    private enum Item {
        case connect(NodeName)
        case request(NodeName, Int, link: Int, Request)
        case answer(NodeName, Int, link: Int, Answer)
        case event(NodeName, link: Int, Event)
        case effectEnd(NodeName, token: Int, life: Int)
        case look(NodeName, NodeName, life: Int)
        case giveBack(NodeName, HeldDrain, life: Int)
        case revive(NodeName)
    }
    private var queue: [(at: Int, item: Item)] = []
    private var links = 0
    private var lives: [NodeName: Int] = [:]

    init(_ made: Made, plan: Plan? = nil) {
        self.made = made
        self.plan = plan ?? made.plan
        peers = made.names.enumerated().map { index, name in
            Peer(
                name: name, role: made.role(name), clock: (index + 1) * 1_000_000, binary: made.old, running: made.old)
        }
        for index in peers.indices { start(index) }
    }

    func index(_ node: NodeName) -> Int { peers.firstIndex { $0.name == node } ?? 0 }

    // MARK: Lives and links

    private func start(_ index: Int) {
        let peer = peers[index]
        lives[peer.name, default: 0] += 1
        let seed = UInt64(index) << 40 | UInt64(peer.journal.count) << 20
        let identity = AgentMachine.Identity(node: peer.name, digest: Fleet.digest, nonceSeed: seed)
        let (machine, actions) = AgentMachine.recover(
            AgentState(records: peer.journal), identity: identity,
            look: RecoveryLook(binaryIsPlaced: peer.binary == plan.target), at: now + peer.clock)
        peers[index].machine = machine
        carryOut(actions, on: index, id: nil)
    }

    /// The agent dies, and comes back some time later.
    func kill(_ node: NodeName, for milliseconds: Int) {
        let index = index(node)
        guard peers[index].machine != nil else { return }
        peers[index].machine = nil
        peers[index].effect = nil
        lives[node, default: 0] += 1
        queue.append((now + milliseconds, .revive(node)))
        cut(node, for: milliseconds + 10)
    }

    /// The link breaks; what was under way on it is lost.
    func cut(_ node: NodeName, for milliseconds: Int) {
        guard peers[index(node)].link != nil else { return }
        peers[index(node)].link = nil
        queue.append((now + milliseconds, .connect(node)))
        drive { $0.linkDown(node, at: $1) }
    }

    // MARK: The coordinator

    /// - Parameter except: nodes that cannot be reached.
    func lead(
        process: UInt64 = 1, takeOver: Bool = false, supersede: Bool = false, resumes: Bool = false,
        releases: Bool = false, madeAt: UInt64? = nil,
        assumeDown: [NodeName] = [], except: [NodeName] = []
    ) throws {
        let text = String(decoding: try FrameCodec.text(of: plan), as: UTF8.self)
        let setup = Rollout.Setup(
            plan: plan, planText: text, planDigest: Fleet.digest(text),
            holder: Holder(who: "operator", machine: "m\(process)", process: 1, since: 0), process: process,
            takeOver: takeOver, supersede: supersede, assumeDown: assumeDown, resumes: resumes,
            releases: releases, madeAt: madeAt)
        ending = nil
        notes = []
        sent = []
        rollout = Rollout(setup, at: now)
        for peer in peers where !except.contains(peer.name) { connect(peer.name) }
        drive { $0.tick(at: $1) }
    }

    /// The coordinator dies without a word.
    func killCoordinator() {
        rollout = nil
        for index in peers.indices { peers[index].link = nil }
    }

    func interrupt() { drive { $0.interrupt(at: $1) } }

    private func drive(_ input: (inout Rollout, Int) -> [Rollout.Action]) {
        guard var rollout else { return }
        let actions = input(&rollout, now)
        self.rollout = rollout
        let before = sent.count
        for action in actions {
            switch action {
            case .send(let node, let id, let request):
                guard let link = peers[index(node)].link else {
                    violations.append("\(request.name) was sent to \(node), which is not linked")
                    continue
                }
                sent.append((node, request))
                queue.append((now + 10, .request(node, id, link: link, request)))
            case .note(let note): notes.append(note)
            case .finish(let ending):
                self.ending = ending
                killCoordinator()
                return
            }
        }
        if let wake = rollout.wake(at: now), wake <= now {
            violations.append("woken at \(wake), which is not after \(now)")
        }
        for (number, order) in sent.enumerated().dropFirst(before) { onSend(number + 1, order.node, order.request) }
    }

    private func connect(_ node: NodeName) {
        guard rollout != nil, peers[index(node)].link == nil else { return }
        guard peers[index(node)].machine != nil else {
            queue.append((now + 500, .connect(node)))
            return
        }
        links += 1
        peers[index(node)].link = links
        drive { $0.linkUp(node, at: $1) }
    }

    // MARK: Time

    /// Goes on until the rollout is over, or until something is so.
    func run(until isReached: () -> Bool = { false }) {
        go(on: { self.rollout != nil && !isReached() }, before: now + 4_000_000)
    }

    /// Lets time pass, whatever happens in it.
    func pass(_ milliseconds: Int) { go(on: { true }, before: now + milliseconds) }

    private func go(on goesOn: () -> Bool, before end: Int) {
        for _ in 0..<200_000 {
            guard goesOn(), step(before: end) else { return }
        }
        violations.append("it makes no progress")
    }

    /// The next thing that happens; false when there is none before `end`.
    private func step(before end: Int) -> Bool {
        let agents = peers.compactMap { peer in peer.machine?.wake.map { $0 - peer.clock } }
        let wakes = agents + [rollout?.wake(at: now)].compactMap(\.self)
        let next = (queue.map(\.at) + wakes).min()
        guard let next, next <= end else {
            now = end
            return false
        }
        now = max(now, next)
        if let first = queue.indices.min(by: { (queue[$0].at, $0) < (queue[$1].at, $1) }), queue[first].at <= now {
            handle(queue.remove(at: first).item)
            return true
        }
        for index in peers.indices {
            if let wake = peers[index].machine?.wake, wake - peers[index].clock <= now {
                drive(index) { $0.tick(at: $1) }
            }
        }
        drive { $0.tick(at: $1) }
        return true
    }

    private func handle(_ item: Item) {
        switch item {
        case .connect(let node): connect(node)
        case .revive(let node): start(index(node))
        case .request(let node, let id, let link, let request):
            guard peers[index(node)].link == link else { return }
            if let refusal = block(node, request) {
                queue.append((now + 10, .answer(node, id, link: link, .refused(refusal))))
            } else if case .observe = request {
                queue.append((now + 100, .answer(node, id, link: link, .cluster(observation()))))
            } else {
                drive(index(node), id: id) { $0.receive(request, at: $1) }
            }
        case .answer(let node, let id, let link, let answer):
            guard peers[index(node)].link == link else { return }
            let told = lies(node, answer)
            drive { $0.answered(node, id: id, told, at: $1) }
        case .event(let node, let link, let event):
            guard peers[index(node)].link == link else { return }
            drive { $0.event(node, event, at: $1) }
        case .effectEnd(let node, let token, let life):
            guard lives[node] == life, let effect = peers[index(node)].effect, effect.token == token else { return }
            peers[index(node)].effect = nil
            let result = apply(effect, on: index(node))
            drive(index(node)) { $0.effectEnded(token: token, result, at: $1) }
        case .look(let node, let held, let life):
            guard lives[node] == life else { return }
            let seen = peers[index(held)]
            let look = HeldLook(
                mark: seen.mark, ready: seen.ready, version: seen.running,
                heartbeat: seen.observed(at: now).heartbeat)
            drive(index(node)) { $0.heldObserved(held, look, at: $1) }
        case .giveBack(let node, let drain, let life):
            guard lives[node] == life else { return }
            let held = index(drain.node)
            if peers[held].mark?.run == drain.run, peers[held].ready { uncordon(held) }
            let gone = peers[held].mark?.run != drain.run
            drive(index(node)) { $0.giveBackEnded(drain.node, gone: gone, at: $1) }
        }
    }

    // MARK: Agents

    private func drive(_ index: Int, id: Int? = nil, _ input: (inout AgentMachine, Int) -> [Action]) {
        guard var machine = peers[index].machine else { return }
        let actions = input(&machine, now + peers[index].clock)
        peers[index].machine = machine
        carryOut(actions, on: index, id: id)
    }

    private func carryOut(_ actions: [Action], on index: Int, id: Int?) {
        let node = peers[index].name
        let life = lives[node] ?? 0
        for action in actions {
            switch action {
            case .persist(let record): peers[index].journal.append(record)
            case .answer(let answer):
                if let id, let link = peers[index].link {
                    queue.append((now + 10, .answer(node, id, link: link, answer)))
                }
            case .emit(let event):
                if let link = peers[index].link { queue.append((now + 10, .event(node, link: link, event))) }
            case .perform(let effect):
                peers[index].effect = effect
                check(effect, by: index)
                queue.append((now + 100, .effectEnd(node, token: effect.token, life: life)))
            case .cancel: break
            case .lookAtHeld(let held): queue.append((now + 50, .look(node, held, life: life)))
            case .giveBack(let drain): queue.append((now + 50, .giveBack(node, drain, life: life)))
            }
        }
    }

    /// Tells texts apart (FNV-1a), which is all that a digest has to do here.
    static let digest: @Sendable (String) -> String = { text in
        String(text.utf8.reduce(UInt64(0xcbf2_9ce4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }, radix: 16)
    }

    /// A request by somebody else.
    func tell(_ node: NodeName, _ request: Request) { drive(index(node)) { $0.receive(request, at: $1) } }

    func violate(_ what: String) { violations.append(what) }
}
