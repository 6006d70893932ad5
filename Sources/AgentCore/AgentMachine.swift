package import Wire

/// The agent's decisions: which leases it takes up, how a step goes from phase to phase, what happens when a lease
/// ends, and when a held node is given back. It has no clock, no disk and no network: each input carries the time, and
/// returns what the runtime is to do.
///
/// All times are milliseconds on the node's CLOCK_BOOTTIME.
package struct AgentMachine: Sendable {
    /// What the machine is told about itself.
    package struct Identity: Sendable {
        package let node: NodeName
        /// SHA-256 of a text's UTF-8, in hexadecimal. Passed in, so that the core needs no library for it.
        package let digest: @Sendable (String) -> String
        /// Random; new for each life of the agent.
        package let nonceSeed: UInt64

        package let plans: PlanReader

        package init(
            node: NodeName, digest: @escaping @Sendable (String) -> String, nonceSeed: UInt64,
            plans: PlanReader = .strict
        ) {
            self.node = node
            self.digest = digest
            self.nonceSeed = nonceSeed
            self.plans = plans
        }
    }

    /// A holder that was silent for longer may be succeeded (the lease's own life: after it nothing that this holder
    /// granted before the point of no return goes on).
    package static let timeToLive = Lease.longestLife
    /// Between two looks at a held node, and at the most between two at one that is not there or not Ready: a host that is
    /// gone for days costs its server no more than one look a minute.
    static let lookInterval = 2_000
    static let slowestLook = 60_000

    package internal(set) var state: AgentState
    let identity: Identity
    var nonces: NonceBook
    /// When the holder was last heard. After a restart it counts as heard just now: how long it was silent before is
    /// not known, and to take a live one for dead would be the worse mistake.
    var heard: Int
    /// Until when the current step's lease lives.
    var expiry: Int
    var running: RunningEffect?
    var holds: [Hold]
    var phases: [PhaseTiming] = []
    /// The first nonce to be issued after a step last ended, in this life of the agent.
    var nonceAfterEnd: Nonce?
    private var nextToken = 0

    struct RunningEffect: Sendable {
        let token: Int
        let startedAt: Int
        /// It may begin only while the lease lives.
        let underLease: Bool
        var cancelled = false
    }

    /// What is known of a held node in this life of the agent.
    struct Hold: Sendable {
        let node: NodeName
        /// When the hold began; after a restart, when the restart was. So a hold is never cut short by one.
        let since: Int
        var judgement = HoldJudgement()
        var looking = false
        var givingBack = false
        var nextLook: Int

        mutating func lookLater(at now: Int, isReady: Bool) {
            let pause = isReady ? 0 : min((now - since) / 10, AgentMachine.slowestLook)
            nextLook = now + max(AgentMachine.lookInterval, pause)
        }
    }

    /// An agent with nothing in its journal, or without an open step. For anything else see `recover`.
    init(state: AgentState, identity: Identity, at now: Int) {
        self.state = state
        self.identity = identity
        nonces = NonceBook(seed: identity.nonceSeed)
        heard = now
        expiry = now
        holds = state.held.map { Hold(node: $0.node, since: now, nextLook: now) }
    }

    mutating func makeToken() -> Int {
        nextToken += 1
        return nextToken
    }

    /// Changes the state and says to make the change durable.
    mutating func record(_ record: Record) -> Action {
        state.apply(record, reading: identity.plans)
        return .persist(record)
    }

    /// Whether the holder was heard within the time to live.
    func holderIsAlive(at now: Int) -> Bool { state.holder != nil && now - heard <= Self.timeToLive }

    package func report(at now: Int, nonce: Nonce? = nil) -> AgentReport {
        AgentReport(
            nonce: nonce, promised: state.promised, holder: state.holder,
            holderSilent: state.holder == nil ? nil : now - heard,
            run: state.stored.map {
                RunSummary(
                    run: $0.plan.run, planDigest: $0.digest, target: $0.plan.target, purpose: $0.plan.purpose,
                    open: $0.open, storedBy: $0.storedBy)
            },
            running: state.current.map {
                RunningStep(
                    step: $0.step, epoch: $0.epoch, phase: $0.phase, passedPointOfNoReturn: isPastReturn($0),
                    undoing: $0.undoing != nil || running?.cancelled == true)
            },
            outcomes: state.outcomes, held: state.held)
    }

    func isPastReturn(_ step: AgentState.OpenStep) -> Bool {
        guard step.undoing == nil, let plan = state.stored?.plan else { return false }
        return StepProgram.isPastReturn(step.phase, of: step.step, in: plan)
    }

    /// When the machine next has something to do by itself: call `tick` then. Nil when only an input can change
    /// anything.
    package var wake: Int? {
        var earliest = Int.max
        if let current = state.current, current.undoing == nil, running?.cancelled != true, !isPastReturn(current) {
            earliest = expiry
        }
        let silentFrom = state.holder == nil ? Int.min : heard + Self.timeToLive + 1
        for hold in holds where !hold.looking && !hold.givingBack {
            earliest = min(earliest, max(hold.nextLook, silentFrom))
        }
        return earliest == .max ? nil : earliest
    }

    /// Time has passed.
    package mutating func tick(at now: Int) -> [Action] {
        abandonIfOver(at: now) + watchHolds(at: now)
    }
}
