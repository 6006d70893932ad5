internal import AgentCore
internal import Hashing
package import Wire

/// The agent at work: the only interpreter of `AgentMachine`'s actions. Inputs come one at a time, and the actions of
/// each are carried out, to the last, before the next.
package actor AgentDaemon {
    /// Told of every event; a slow listener is the connection's problem, never this actor's.
    package typealias Listener = @Sendable (Event) -> Void

    private var machine: AgentMachine
    private let journal: JournalFile
    private let node: NodeSteps
    private let looks: NodeLooks
    private var listeners: [Int: Listener] = [:]
    private var lastListener = 0
    private var effects: [Int: Task<Void, Never>] = [:]
    private var timer: Task<Void, Never>?
    private var mending: Task<Void, Never>?
    /// Set while a record in the middle of a step cannot be written: nothing else may be, or the order would be lost.
    private var waitsForRoom = false
    /// Between two tries to write a record in the middle of a step, when the disk is full.
    private static let journalPause: Duration = .seconds(2)

    /// Opens the journal and takes up what it tells of.
    package static func start(
        stores: AgentStores, nonceSeed: UInt64, steps: NodeSteps, looks: NodeLooks
    ) async throws(NodeError) -> AgentDaemon {
        let opened = try JournalFile.open(in: stores.folder)
        if let damaged = opened.damaged {
            Log.error(
                "the journal was damaged and is set aside as \(damaged); what an earlier run did here is not known")
        }
        await steps.mendDefinition(inStep: opened.state.current != nil)
        let name = try steps.nodeName()
        let look = try await steps.recoveryLook(of: opened.state)
        let (machine, actions) = AgentMachine.recover(
            opened.state,
            identity: AgentMachine.Identity(
                node: name, digest: { SHA256.hex(of: Array($0.utf8)) }, nonceSeed: nonceSeed),
            look: look, at: BootClock.now())
        let daemon = AgentDaemon(machine: machine, journal: opened.journal, node: steps, looks: looks)
        await daemon.resume(actions)
        Log.info("k3s-upgrade-agent \(Product.version) serves \(name)")
        return daemon
    }

    private init(machine: AgentMachine, journal: consuming sending JournalFile, node: NodeSteps, looks: NodeLooks) {
        self.machine = machine
        self.journal = journal
        self.node = node
        self.looks = looks
    }

    private func resume(_ actions: [Action]) async { await carryOut(actions) }

    // MARK: Requests

    /// Answers one request.
    package func answer(_ asked: Asked) async -> Answer {
        let known = Set(Feature.allCases.map(\.rawValue))
        let lacking = asked.needs.filter { !known.contains($0) }.map { $0.cleaned(limit: 60) }
        guard lacking.isEmpty else {
            return .refused(
                Refusal(
                    .unsupported,
                    "this agent, \(Product.version), has no \(lacking.joined(separator: ", ")): update it with "
                        + "`coordinator agents install`"))
        }
        switch asked.ask {
        case .inspect:
            await mendDefinition()
            return await looks.inspect()
        case .observe: return await looks.observe()
        case .preflight(let order): return await looks.preflight(order)
        case .grant:
            await mending?.value
            return await decide(asked.ask)
        default: return await decide(asked.ask)
        }
    }

    /// A step that could not put the unit back has left a node that nobody knows for one of K3s: before it is looked at,
    /// that is tried again, by one at a time, and never beside a step.
    private func mendDefinition() async {
        guard machine.state.current == nil else { return }
        let task = mending ?? Task { [node] in await node.mendDefinition(inStep: false) }
        mending = task
        await task.value
        if mending == task { mending = nil }
    }

    /// A record that cannot be written is a refusal, and leaves everything as it was.
    private func decide(_ request: Request) async -> Answer {
        guard !waitsForRoom else {
            return .refused(Refusal(.journal, "the journal's disk is full, and a step waits for room on it"))
        }
        if case .grant = request {
            do {
                try journal.requireRoom()
            } catch {
                return .refused(
                    Refusal(.journal, "no step is begun while the journal's disk is full: \(error)".cleaned(limit: 300))
                )
            }
        }
        let before = machine
        var actions = machine.receive(request, at: BootClock.now())
        if case .persist(let record) = actions.first {
            do {
                try journal.append(record)
            } catch {
                machine = before
                Log.error("\(error)")
                return .refused(Refusal(.journal, "\(error)".cleaned(limit: 300)))
            }
            actions.removeFirst()
        }
        guard let index = actions.firstIndex(where: \.isAnswer), case .answer(let answer) = actions[index] else {
            return .refused(Refusal(.unknown, "no answer"))
        }
        actions.remove(at: index)
        await carryOut(actions)
        return answer
    }

    package func listen(_ listener: @escaping Listener) -> Int {
        lastListener += 1
        listeners[lastListener] = listener
        return lastListener
    }

    package func unlisten(_ number: Int) { listeners[number] = nil }

    // MARK: Actions

    private func carryOut(_ actions: [Action]) async {
        for action in actions {
            switch action {
            case .persist(let record): await persist(record)
            case .answer: break
            case .emit(let event):
                Log.info(event)
                for listener in listeners.sorted(by: { $0.key < $1.key }) { listener.value(event) }
            case .perform(let effect):
                if let instead = machine.instead(of: effect, at: BootClock.now()) {
                    await carryOut(instead)
                } else {
                    perform(effect)
                }
            case .cancel(let token): effects[token]?.cancel()
            case .lookAtHeld(let name): Task { await lookAtHeld(name) }
            case .giveBack(let drain): Task { await giveBack(drain) }
            }
        }
        schedule()
    }

    /// In the middle of a step nothing may rest on a record that is not on disk: the step waits for room.
    private func persist(_ record: Record) async {
        while true {
            do {
                try journal.append(record)
                waitsForRoom = false
                return
            } catch {
                waitsForRoom = true
                Log.error("\(error); trying again")
                await pause()
            }
        }
    }

    private func perform(_ effect: Effect) {
        effects[effect.token] = Task { [node] in
            let result = await node.perform(effect)
            await ended(effect.token, result)
        }
    }

    /// While a record waits for room on the disk, nothing else is put to the machine: what follows from it would get
    /// onto the disk before what it rests on.
    private func untilThereIsRoom() async {
        while waitsForRoom { await pause() }
    }

    /// In a task of its own, which nobody cancels: a cancelled one would not wait.
    private func pause() async { await Task { try? await Task.sleep(for: Self.journalPause) }.value }

    private func ended(_ token: Int, _ result: EffectResult) async {
        effects[token] = nil
        await untilThereIsRoom()
        await carryOut(machine.effectEnded(token: token, result, at: BootClock.now()))
    }

    private func lookAtHeld(_ name: NodeName) async {
        let look = await looks.held(name)
        await untilThereIsRoom()
        await carryOut(machine.heldObserved(name, look, at: BootClock.now()))
    }

    private func giveBack(_ drain: HeldDrain) async {
        let gone = await node.giveBack(drain)
        await untilThereIsRoom()
        await carryOut(machine.giveBackEnded(drain.node, gone: gone, at: BootClock.now()))
    }

    private func schedule() {
        timer?.cancel()
        guard let wake = machine.wake else { return }
        timer = Task {
            try? await Task.sleep(for: .milliseconds(max(1, wake - BootClock.now())))
            await untilThereIsRoom()
            guard !Task.isCancelled else { return }
            await carryOut(machine.tick(at: BootClock.now()))
        }
    }
}

extension Action {
    fileprivate var isAnswer: Bool {
        if case .answer = self { true } else { false }
    }
}
