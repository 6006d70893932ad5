internal import AgentCore
internal import AgentRuntime
internal import Wire

extension FuzzTarget {
    /// An agent whose coordinators ask whatever they like: a request a line; `+` lets time pass, `.` ends the work that is
    /// under way, `x` lets it fail, `r` is a restart.
    static let agent = FuzzTarget("agent") { bytes in
        guard let name = NodeName("k3s-worker-01") else { return }
        var life = Life(name)
        for line in bytes.split(separator: 10, maxSplits: 64) { try life.take(Array(line)) }
        try life.demandJournalled()
    }

    private struct Life {
        private let identity: AgentMachine.Identity
        private var machine: AgentMachine
        private var now = 100_000
        private var records: [Record] = []
        private var effects: [Effect] = []

        init(_ node: NodeName) {
            identity = AgentMachine.Identity(node: node, digest: { _ in "0" }, nonceSeed: 0)
            (machine, _) = AgentMachine.recover(
                AgentState(), identity: identity, look: RecoveryLook(binaryIsPlaced: false), at: now)
        }

        mutating func take(_ line: [UInt8]) throws {
            now += 50
            switch line[0] {
            case UInt8(ascii: "+"):
                now += 5_000
                try follow(machine.tick(at: now))
            case UInt8(ascii: "."): try end(.done(StepFacts()))
            case UInt8(ascii: "x"): try end(.failed(Failure(code: "x", message: "x", wayOut: "x")))
            case UInt8(ascii: "r"):
                try demandJournalled()
                effects = []
                let (machine, actions) = AgentMachine.recover(
                    AgentState(records: records), identity: identity, look: RecoveryLook(binaryIsPlaced: false),
                    at: now)
                self.machine = machine
                try follow(actions)
            default:
                guard let asked = try? FrameCodec.decodeStrictly(Asked.self, from: line) else { return }
                let actions = machine.receive(asked.ask, at: now)
                let answers = actions.count { if case .answer = $0 { true } else { false } }
                try demand(answers <= 1, "a request has two answers")
                try follow(actions)
            }
        }

        private mutating func end(_ result: EffectResult) throws {
            guard !effects.isEmpty else { return }
            try follow(machine.effectEnded(token: effects.removeFirst().token, result, at: now))
        }

        private mutating func follow(_ actions: [Action]) throws {
            for action in actions {
                switch action {
                case .persist(let record):
                    let line = try JournalLine.encode(record)
                    try demand(JournalLine.decode(line.dropLast()) == record, "a record is not read as it was written")
                    records.append(record)
                case .perform(let effect):
                    try demand(effect.step.node == identity.node || effect.step.kind != .install, "another node's work")
                    effects.append(effect)
                case .answer, .emit, .cancel, .lookAtHeld, .giveBack: break
                }
            }
        }

        func demandJournalled() throws(Broken) {
            try demand(AgentState(records: records) == machine.state, "the journal does not say what the agent knows")
        }
    }
}
