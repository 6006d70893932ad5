import AgentCore
import CoordinatorCore
import Testing
import Wire

/// What cuts a run short, at every one of its requests in turn; and the same command again.
@Suite struct RolloutInterruptionTests {
    /// How many requests a run takes in which nothing goes wrong.
    static func length(_ made: Made) throws -> Int {
        let fleet = Fleet(made)
        try fleet.lead()
        fleet.run()
        fleet.expectDone()
        return fleet.sent.count
    }

    /// Runs with `strike` right after each request of a run, each time anew.
    private func atEveryRequest(
        _ made: Made, strike: (Fleet, NodeName) -> Void, then check: (Fleet, Comment) throws -> Void
    ) throws {
        let length = try Self.length(made)
        #expect(length > 20)
        for request in 1...length {
            let fleet = Fleet(made)
            var victim: NodeName?
            fleet.onSend = { count, node, _ in if count == request, victim == nil { victim = node } }
            try fleet.lead()
            fleet.run { victim != nil }
            let struck = try #require(victim)
            strike(fleet, struck)
            fleet.run()
            try check(fleet, "after request \(request), to \(struck)")
        }
    }

    @Test func aLinkThatBreaksAtAnyRequest() throws {
        for pause in [200, 8_000] {
            try atEveryRequest(try Made(workers: 1)) {
                $0.cut($1, for: pause)
            } then: {
                $0.expectDone($1)
            }
        }
    }

    /// Of the other node, so that the loss falls between any two of its own messages.
    @Test func anyOtherLinkThatBreaks() throws {
        let made = try Made(workers: 1)
        try atEveryRequest(made) { fleet, node in
            for name in made.names where name != node { fleet.cut(name, for: 3_000) }
        } then: {
            $0.expectDone($1)
        }
    }

    @Test func anAgentThatDiesAtAnyRequest() throws {
        try atEveryRequest(try Made(workers: 1)) {
            $0.kill($1, for: 1_500)
        } then: {
            $0.expectDone($1)
        }
    }

    @Test func theOperatorsInterruptAtAnyRequest() throws {
        try atEveryRequest(try Made(workers: 1)) { fleet, _ in
            fleet.interrupt()
        } then: { fleet, comment in
            #expect(fleet.ending == .interrupted || fleet.ending == .done, comment)
            #expect(fleet.violations.isEmpty, comment)
            #expect(fleet.peers.allSatisfy { !$0.unschedulable }, comment)
            #expect(fleet.peers.allSatisfy { $0.machine?.state.holder == nil }, comment)
            #expect(fleet.peers.allSatisfy { $0.machine?.state.current == nil }, comment)
            guard fleet.ending == .interrupted else { return }
            try fleet.lead(process: 2, resumes: true)
            let before = fleet.now
            fleet.run()
            fleet.expectDone(comment)
            #expect(fleet.now - before < 20_000, "nobody had to be waited for")
        }
    }

    @Test func aCoordinatorThatDiesAtAnyRequest() throws {
        try atEveryRequest(try Made(workers: 1)) { fleet, _ in
            fleet.killCoordinator()
        } then: { fleet, comment in
            let restarts = fleet.peers.map(\.restarts)
            try fleet.lead(process: 2, resumes: true)
            fleet.run()
            fleet.expectDone(comment)
            #expect(zip(restarts, fleet.peers).allSatisfy { $0 <= $1.restarts }, comment)
        }
    }

    /// And nobody comes back: the agents end by themselves what was begun, and give back what is drained.
    @Test func aCoordinatorThatDiesForGood() throws {
        try atEveryRequest(try Made(workers: 1)) { fleet, _ in
            fleet.killCoordinator()
        } then: { fleet, comment in
            fleet.pass(3_600_000)
            #expect(fleet.peers.allSatisfy { $0.machine?.state.current == nil }, comment)
            #expect(fleet.peers.allSatisfy { $0.machine?.state.held.isEmpty == true }, comment)
            #expect(fleet.peers.allSatisfy { !$0.unschedulable }, comment)
            #expect(fleet.violations.isEmpty, comment)
        }
    }

    // MARK: Resuming

    @Test func aFreshSnapshotOnlyWhileNoServerHasPassed() throws {
        let made = try Made(workers: 1)
        for (stop, fresh) in [(StepKind.stage, false), (.snapshot, true), (.install, false)] {
            let fleet = Fleet(made)
            try fleet.lead()
            // The coordinator has not heard of the step's end when the operator interrupts.
            fleet.run { fleet.peers[0].machine?.state.outcomes.contains { $0.step.kind == stop } == true }
            let before = fleet.peers[0].machine?.state.outcomes.first { $0.step.kind == .snapshot }
            fleet.interrupt()
            fleet.run()
            try fleet.lead(process: 2, resumes: true)
            fleet.run()
            fleet.expectDone()
            let after = fleet.peers[0].machine?.state.outcomes.first { $0.step.kind == .snapshot }
            #expect(after?.result == .done)
            #expect((before != nil && before != after) == fresh, "\(stop)")
        }
    }

    @Test func whatIsDoneIsNotLeasedAgain() throws {
        let made = try Made()
        let fleet = Fleet(made)
        try fleet.lead()
        fleet.run { fleet.grants.contains("drain/worker-2") }
        fleet.interrupt()
        fleet.run()
        try fleet.lead(process: 2, resumes: true)
        fleet.run()
        fleet.expectDone()
        #expect(fleet.grants == ["drain/worker-2", "install/worker-2", "uncordon/worker-2"])
        // What an earlier start did is held against a gate before anything further is touched.
        let marks = fleet.notes.map { note -> String in
            switch note {
            case .gateOpened: "gate"
            case .stepStarted: "step"
            default: ""
            }
        }
        #expect(marks.first { !$0.isEmpty } == "gate")
    }

    /// The server that holds a drained worker is away when the worker is done: another takes the cordon off, and the
    /// run does not go round in circles until it is back.
    @Test func anotherServerUncordonsForOneThatIsAway() throws {
        let made = try Made(servers: 3, workers: 1)
        let fleet = Fleet(made)
        fleet.onSend = { _, _, request in
            guard case .grant(let lease) = request, lease.step.description == "install/worker-1" else { return }
            fleet.cut(made.servers[0], for: 60_000)
        }
        try fleet.lead()
        fleet.run()
        #expect(fleet.ending == .done)
        #expect(fleet.violations.isEmpty)
        #expect(fleet.grants.filter { $0 == "uncordon/worker-1" }.count <= 2)
        #expect(fleet.peers.allSatisfy { !$0.unschedulable && $0.restarts == 1 })
        fleet.pass(120_000)
        #expect(fleet.peers.allSatisfy { $0.machine?.state.held.isEmpty == true })
    }

    /// A stage that ended must not keep the coordinator awake while another goes on.
    @Test func aStepThatEndedWakesNobody() throws {
        let made = try Made(workers: 1)
        let fleet = Fleet(made)
        fleet.onSend = { _, node, request in
            if case .beat = request, node == made.workers[0] { fleet.cut(node, for: 50_000) }
        }
        try fleet.lead()
        fleet.run { fleet.grants.contains("stage/server-1") }
        fleet.pass(20_000)
        #expect(fleet.violations.isEmpty)
    }

    /// The first answer was lost: the agent has concluded and forgotten its holder when it is asked again.
    @Test func aConclusionThatIsAskedForTwiceIsDone() throws {
        let made = try Made()
        let fleet = Fleet(made)
        fleet.onSend = { _, node, request in
            if case .conclude = request, node == made.workers[0] { fleet.tell(node, request) }
        }
        try fleet.lead()
        fleet.run()
        fleet.expectDone()
    }

    /// An agent that cannot be asked may be in the middle of its install, and come back to it.
    @Test func whatIsAssumedDownIsNotGivenBackUnasked() throws {
        let made = try Made()
        let fleet = Fleet(made)
        let worker = made.workers[0]
        try fleet.lead()
        fleet.run { fleet.grants.contains("install/\(worker)") }
        fleet.pass(50)
        fleet.killCoordinator()
        fleet.kill(worker, for: 10_000_000)
        try fleet.lead(process: 2, takeOver: true, resumes: true, assumeDown: [worker], except: [worker])
        fleet.onSend = { _, _, request in if case .grant = request { fleet.interrupt() } }
        fleet.run()
        #expect(!fleet.orders.contains { $0.hasPrefix("giveBack") || $0.hasPrefix("give-back") }, "\(fleet.orders)")
        #expect(fleet.peers[1].unschedulable)
    }

    /// A server whose step failed behind its point of no return, and which is down: the same command mends it, though
    /// the gate before it sees that it is not Ready. One that is down for another reason closes the gate.
    @Test(arguments: [1, 2])
    func aServerWhoseStepFailedIsGoneOnWith(_ down: Int) throws {
        let made = try Made(servers: 3, workers: 0)
        let fleet = Fleet(made)
        fleet.failures = [(StepID(kind: .install, node: made.servers[1]), .restoreUnit, 1)]
        try fleet.lead()
        fleet.run()
        #expect(fleet.ending != .done)
        fleet.peers[down].ready = false
        try fleet.lead(process: 2, resumes: true)
        fleet.run { fleet.grants.contains("install/server-2") }
        if down == 1 {
            fleet.peers[down].ready = true
            fleet.run()
            fleet.expectDone()
        } else {
            #expect(fleet.grants.isEmpty)
        }
    }

    /// Nobody is told that a run is over while an agent may yet read a lease of it and begin.
    @Test func aLeaseThatMayLieInASocketIsWaitedOut() throws {
        let fleet = Fleet(try Made(workers: 1))
        var sent: [Int] = []
        fleet.onSend = { _, node, request in
            guard case .grant(let lease) = request, lease.step.kind == .drain else { return }
            sent.append(fleet.now)
            fleet.cut(node, for: sent.count == 1 ? 50_000 : 10_000_000)
        }
        try fleet.lead()
        fleet.run()
        guard case .failed = fleet.ending else {
            Issue.record("it ended \(String(describing: fleet.ending))")
            return
        }
        #expect(sent.count == 2)
        #expect(fleet.now >= (sent.last ?? 0) + Lease.longestLife)
    }
}
