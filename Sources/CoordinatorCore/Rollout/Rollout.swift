package import Wire

/// A run, from the first question to its end: takes the lock, stores the plan, leases the steps in order with gates
/// between them, and on failure or interruption gives back what is held. It has no clock, no network and no
/// randomness: inputs carry the time (milliseconds on any monotonic clock of the coordinator's), and each returns what
/// the runtime is to do.
package struct Rollout: Sendable {
    package struct Setup: Sendable {
        package let plan: Plan
        package let planText: String
        package let planDigest: String
        package let holder: Holder
        /// Random; makes this coordinator's epochs its own.
        package let process: UInt64
        /// Succeed a holder that is alive.
        package let takeOver: Bool
        /// Replace an open run.
        package let supersede: Bool
        /// Nodes that the operator says are down.
        package let assumeDown: [NodeName]
        /// The plan was found on the agents, and not made just now.
        package let resumes: Bool
        /// Nothing is begun: what the run holds is given back, and the lock is left.
        package let releases: Bool
        /// The highest counter of an epoch that any agent had promised when a new plan was made; nil for any.
        package let madeAt: UInt64?

        package init(
            plan: Plan, planText: String, planDigest: String, holder: Holder, process: UInt64, takeOver: Bool = false,
            supersede: Bool = false, assumeDown: [NodeName] = [], resumes: Bool = false,
            releases: Bool = false, madeAt: UInt64? = nil
        ) {
            self.plan = plan
            self.planText = planText
            self.planDigest = planDigest
            self.holder = holder
            self.process = process
            self.takeOver = takeOver
            self.supersede = supersede
            self.assumeDown = assumeDown
            self.resumes = resumes
            self.releases = releases
            self.madeAt = madeAt
        }
    }

    package enum Action: Hashable, Sendable {
        case send(NodeName, id: Int, Request)
        /// For whoever watches.
        indirect case note(Note)
        /// The rollout is over; nothing more comes.
        indirect case finish(Ending)
    }

    enum Stage: Sendable {
        case surveying(until: Int)
        case claiming(Claiming)
        case settling(until: Int)
        case storing(until: Int)
        /// What another run still holds is given back first.
        case clearing(until: Int)
        case running
        indirect case gating(Gating)
        indirect case givingBack(until: Int, Ending)
        case concluding(until: Int)
        indirect case releasing(until: Int, Ending)
        case finished
    }

    struct Claiming: Sendable {
        var index = 0
        /// Not before then, having been told that another holds it.
        var again: Int
        var until: Int
        /// How long the holder had been silent when last asked, and when that was.
        var lastSilence: (silent: Int, at: Int)?
    }

    struct Gating: Sendable {
        var gate: Gate
        var next: Int
        let until: Int
        /// From the next look to the one after it.
        var pause = Time.look
        var reasons: [String] = []
    }

    /// Time limits and intervals, in milliseconds.
    enum Time {
        /// For every agent to answer at first.
        static let contact = 20_000
        /// Between signs of life to each agent; a third and less of an agent's time to live.
        static let beat = 5_000
        /// Between two claims while a silent holder's time runs out, and two looks at an agent that must become idle.
        static let ask = 500
        /// For steps of an earlier epoch to end: as long as any step may take.
        static let settle = 1_200_000
        static let store = 30_000
        /// Between the first two looks of a gate, and twice as long after each, since a look costs the server more than
        /// it does us.
        static let look = 20
        static let slowestLook = 2_000
        /// The shortest sleep: what is due but cannot be asked yet is looked at again so much later.
        static let pause = 50
        /// For held nodes to be given back after a failure.
        static let giveBack = 45_000
        static let farewell = 5_000
        /// How much longer than its life a lease may last by a slow clock.
        static let drift = 1_000
        /// For every agent to learn that the run is over: one that does not keeps it open.
        static let conclude = 30_000
        /// For a step to be taken up, when its agent cannot be reached.
        static let reach = 60_000
    }

    let setup: Setup
    var plan: Plan { setup.plan }
    var members: [Member]
    /// Where each node stands among the members.
    private let places: [NodeName: Int]
    var stage: Stage
    var epoch = Epoch(counter: 0, process: 0)
    var active: [ActiveStep] = []
    /// Nodes disrupted since the last gate; nil once it opened.
    var gateDue: [NodeName]?
    /// Of those, the ones that an uncordon of this very lead found alive: it waits for renewals of their Leases itself.
    var alive: [NodeName] = []
    /// When a worker's hold began, by our own clock.
    var drained: [(node: NodeName, at: Int)] = []
    var tries: [(step: StepID, count: Int)] = []
    /// Nodes that were asked back, and when last.
    var given: [(node: NodeName, at: Int)] = []
    /// Nodes that were told of the run's end, and when last.
    var concluding: [(node: NodeName, at: Int)] = []
    /// Leases that were sent and never answered, and until when their agents may yet take them up.
    var unanswered: [(step: StepID, until: Int)] = []
    /// The server that was leased the last drain: what it holds may not have been heard yet.
    var mayHold: NodeName?
    var interrupted = false
    /// Whether somebody has led a run since the plan was made.
    var isOvertaken = false
    /// Those whose earlier steps were last said to be waited for.
    var settling: [NodeName] = []
    /// Whether this resume takes its snapshot anew.
    var wantsFreshSnapshot = false
    /// Whether some agent did not have the plan, or no longer.
    var storesAnew = false
    /// Whether what an earlier start of this run did is not known from all agents.
    var isForgotten: Bool { setup.resumes && storesAnew }
    private var lastID = 0
    /// Actions of the input at hand.
    var actions: [Action] = []

    struct ActiveStep: Sendable {
        let step: StepID
        let executor: NodeName
        /// Where the executor stands among the members.
        let place: Int
        /// The executor's attempts at the step that are known of; the one that is awaited comes after them.
        let after: Int
        var granted = false
        var until: Int
        var renewAt: Int
        var outcome: StepOutcome? {
            get { ended?.value }
            set { ended = newValue.map(Boxed.init) }
        }
        private var ended: Boxed<StepOutcome>?
        var isOver: Bool { ended != nil }

        init(step: StepID, executor: NodeName, place: Int, after: Int, until: Int, renewAt: Int) {
            self.step = step
            self.executor = executor
            self.place = place
            self.after = after
            self.until = until
            self.renewAt = renewAt
        }
    }

    package init(_ setup: Setup, at now: Int) {
        self.setup = setup
        let members = setup.plan.nodes.map {
            Member(name: $0.name, role: $0.role, assumedDown: setup.assumeDown.contains($0.name))
        }
        .sorted { ($0.role == .server ? 0 : 1, $0.name) < ($1.role == .server ? 0 : 1, $1.name) }
        self.members = members
        places = Dictionary(
            members.enumerated().map { ($0.element.name, $0.offset) }, uniquingKeysWith: { first, _ in first })
        stage = .surveying(until: now + Time.contact)
    }

    // MARK: Inputs

    /// A connection to the node's agent is open, and the handshake done.
    package mutating func linkUp(_ node: NodeName, at now: Int) -> [Action] {
        update(node) {
            $0.linked = true
            $0.isCurrent = false
            $0.pending = nil
            $0.looking = nil
        }
        return step(at: now)
    }

    /// The connection is gone; the runtime tries to open another.
    package mutating func linkDown(_ node: NodeName, at now: Int) -> [Action] {
        update(node) {
            $0.linked = false
            $0.pending = nil
            $0.looking = nil
        }
        return step(at: now)
    }

    package mutating func answered(_ node: NodeName, id: Int, _ answer: Answer, at now: Int) -> [Action] {
        guard let place = place(of: node) else { return [] }
        if members[place].looking == id {
            members[place].looking = nil
            looked(answer, at: now)
        } else if let pending = members[place].pending, pending.id == id {
            members[place].pending = nil
            answered(node, pending.purpose, answer, at: now)
        }
        return step(at: now)
    }

    package mutating func event(_ node: NodeName, _ event: Event, at now: Int) -> [Action] {
        if case .finished = stage { return [] }
        switch event {
        // While the lock is another's, its steps are no progress of this run.
        case .progress(let progress): if hasPromises { actions.append(.note(.phase(node, progress))) }
        case .finished(let outcome): ended(outcome, by: node, at: now)
        }
        return step(at: now)
    }

    /// Whether every agent has promised this epoch.
    private var hasPromises: Bool {
        switch stage {
        case .surveying, .claiming: false
        default: true
        }
    }

    /// The operator wants to stop at the next safe point.
    package mutating func interrupt(at now: Int) -> [Action] {
        interrupted = true
        return step(at: now)
    }

    package mutating func tick(at now: Int) -> [Action] { step(at: now) }

    // MARK: State

    func member(_ node: NodeName) -> Member? { place(of: node).map { members[$0] } }

    func place(of node: NodeName) -> Int? { places[node] }

    mutating func update(_ node: NodeName, _ change: (inout Member) -> Void) {
        guard let index = place(of: node) else { return }
        change(&members[index])
    }

    /// Nodes that take part: all but those assumed down.
    var present: [Member] { setup.assumeDown.isEmpty ? members : members.filter { !$0.assumedDown } }

    mutating func ask(_ node: NodeName, _ request: Request, for purpose: Member.Purpose) {
        lastID += 1
        let id = lastID
        update(node) { $0.pending = Member.Pending(id: id, purpose: purpose) }
        actions.append(.send(node, id: id, request))
    }

    mutating func askLook(_ node: NodeName) {
        lastID += 1
        let id = lastID
        update(node) { $0.looking = id }
        actions.append(.send(node, id: id, .observe))
    }

    mutating func finish(_ ending: Ending) {
        stage = .finished
        actions.append(.finish(ending))
    }

    /// Goes on as far as it can without another input.
    private mutating func step(at now: Int) -> [Action] {
        var moves = 0
        while moves < plan.steps.count + 16, advance(at: now) { moves += 1 }
        beat(at: now)
        defer { actions = [] }
        return actions
    }

    /// One move. True when the stage changed, so that the next may have something to do at once.
    private mutating func advance(at now: Int) -> Bool {
        switch stage {
        case .surveying(let until): survey(until: until, at: now)
        case .claiming(let claiming): claim(claiming, at: now)
        case .settling(let until): settle(until: until, at: now)
        case .storing(let until): store(until: until, at: now)
        case .clearing(let until): clear(until: until, at: now)
        case .running: run(at: now)
        case .gating(let gating): look(gating, at: now)
        case .givingBack(let until, let ending): giveBack(until: until, ending, at: now)
        case .concluding(let until): conclude(until: until, at: now)
        case .releasing(let until, let ending): release(until: until, ending, at: now)
        case .finished: false
        }
    }

    /// What it is at, for whoever watches.
    package enum Activity: String, Sendable, CaseIterable {
        case surveying, claiming, settling, storing, clearing, running, gating, givingBack, concluding, releasing
        case finished
    }

    package var activity: Activity {
        switch stage {
        case .surveying: .surveying
        case .claiming: .claiming
        case .settling: .settling
        case .storing: .storing
        case .clearing: .clearing
        case .running: .running
        case .gating: .gating
        case .givingBack: .givingBack
        case .concluding: .concluding
        case .releasing: .releasing
        case .finished: .finished
        }
    }

    /// When the rollout next has something to do by itself: call `tick` then.
    package func wake(at now: Int) -> Int? {
        var earliest = Int.max
        switch stage {
        case .storing(let until), .releasing(let until, _): earliest = until
        case .claiming(let claiming): earliest = min(max(claiming.again, now + Time.pause), claiming.until)
        case .surveying(let until), .settling(let until), .clearing(let until), .givingBack(let until, _),
            .concluding(let until):
            earliest = min(until, now + Time.ask)
        case .gating(let gating):
            // A look that is under way wakes us by its answer.
            let looks = members.contains { $0.looking != nil }
            let next = gating.next > now ? gating.next : now + Time.pause
            earliest = looks ? gating.until : min(next, gating.until)
        case .running:
            for step in active where !step.isOver {
                earliest = min(earliest, step.until, max(step.renewAt, now + Time.pause))
            }
        case .finished: return nil
        }
        for member in members where member.promised && member.isFree {
            earliest = min(earliest, max(member.heard + Time.beat, now + Time.pause))
        }
        return earliest == .max ? nil : earliest
    }
}
