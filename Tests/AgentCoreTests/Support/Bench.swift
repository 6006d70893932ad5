import AgentCore
import Testing
import Wire

/// An agent on a bench: the time is given by hand, its records go into a list, and what it performs ends when the test
/// says so.
struct Bench {
    private(set) var machine: AgentMachine
    /// The node's clock, in milliseconds.
    var now = 5_000_000
    private(set) var journal: [Record] = []
    /// The effect that runs, if one does.
    private(set) var effect: Effect?
    private(set) var cancelled: [Int] = []
    private(set) var events: [Event] = []
    /// The actions of the last input.
    private(set) var last: [Action] = []
    let made: Made

    init(_ node: String = "server-1", journal: [Record] = [], placed: Bool = false) throws {
        made = try Made()
        self.journal = journal
        let identity = AgentMachine.Identity(
            node: try #require(NodeName(node)), digest: Made.digest, nonceSeed: UInt64(journal.count) << 32)
        let (machine, actions) = AgentMachine.recover(
            AgentState(records: journal), identity: identity, look: RecoveryLook(binaryIsPlaced: placed), at: now)
        self.machine = machine
        carryOut(actions)
    }

    var state: AgentState { machine.state }

    // MARK: Inputs

    @discardableResult
    mutating func ask(_ request: Request) throws -> Answer {
        carryOut(machine.receive(request, at: now))
        let answers = last.compactMap { action in
            if case .answer(let answer) = action { answer } else { nil }
        }
        #expect(answers.count == 1, "a request gets exactly one answer")
        return try #require(answers.first)
    }

    mutating func tick() { carryOut(machine.tick(at: now)) }

    mutating func end(_ result: EffectResult) throws {
        let token = try #require(effect).token
        effect = nil
        carryOut(machine.effectEnded(token: token, result, at: now))
    }

    /// Ends the effect that runs well, with the facts that such an effect learns.
    mutating func endWell() throws { try end(.done(Made.facts(of: try #require(effect).work))) }

    /// Whether the effect that was decided on may still begin; if not, what is done instead is carried out.
    mutating func mayBegin() throws -> Bool {
        let decided = try #require(effect)
        guard let instead = machine.instead(of: decided, at: now) else { return true }
        effect = nil
        carryOut(instead)
        return false
    }

    mutating func fail() throws { try end(.failed(Made.failure)) }

    mutating func observe(_ node: NodeName, _ look: HeldLook?) {
        carryOut(machine.heldObserved(node, look, at: now))
    }

    mutating func giveBackEnded(_ node: NodeName, gone: Bool) {
        carryOut(machine.giveBackEnded(node, gone: gone, at: now))
    }

    private mutating func carryOut(_ actions: [Action]) {
        last = actions
        for action in actions {
            switch action {
            case .persist(let record): journal.append(record)
            case .perform(let effect):
                #expect(self.effect == nil, "one effect at a time")
                self.effect = effect
            case .cancel(let token): cancelled.append(token)
            case .emit(let event): events.append(event)
            case .answer, .lookAtHeld, .giveBack: break
            }
        }
    }

    // MARK: Ways

    /// Claimed by the first coordinator, with the plan stored.
    mutating func lead(_ epoch: Epoch? = nil) throws {
        let epoch = epoch ?? made.epoch
        try ask(.claim(Claim(epoch: epoch, holder: made.holder, takeOver: false)))
        try ask(.storePlan(StorePlan(epoch: epoch, text: made.text, supersede: false)))
    }

    mutating func nonce(_ epoch: Epoch? = nil) throws -> Nonce {
        guard case .report(let report) = try ask(.beat(epoch ?? made.epoch)) else { throw Made.Unexpected() }
        return try #require(report.nonce)
    }

    /// A grant with a fresh nonce.
    @discardableResult
    mutating func grant(_ step: StepID, epoch: Epoch? = nil, again: Bool = false) throws -> Answer {
        // A nonce as old as a step's end is taken for one from before it.
        if again { now += 1 }
        let nonce = try nonce(epoch)
        return try ask(.grant(made.lease(step, nonce, epoch: epoch, again: again)))
    }

    /// Grants the step and goes on to the given phase.
    mutating func bring(_ step: StepID, to phase: Phase) throws {
        try grant(step)
        while effect?.work != .phase(phase) { try endWell() }
    }

    mutating func finish(_ step: StepID) throws {
        try grant(step)
        while effect != nil { try endWell() }
        #expect(state.outcomes.last?.step == step)
        #expect(state.outcomes.last?.result == .done)
    }
}

extension Answer {
    var refusal: Refusal? {
        if case .refused(let refusal) = self { refusal } else { nil }
    }

    var report: AgentReport? {
        if case .report(let report) = self { report } else { nil }
    }
}
