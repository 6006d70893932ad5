import AgentCore
import Testing
import Wire

/// A step from its grant to its end, whatever cuts it short.
@Suite struct StepsTests {
    /// Every phase of every step, and the agent that does it.
    struct Point: Sendable, CustomTestStringConvertible {
        let node: String
        let step: StepID
        let phase: Phase
        let isPastReturn: Bool

        var testDescription: String { "\(step) in \(phase)" }
    }

    static func points() throws -> [Point] {
        let made = try Made()
        return [made.server, made.worker].flatMap { node in
            made.steps(of: node).flatMap { step in
                StepProgram.phases(of: step, in: made.plan).map {
                    Point(
                        node: node.text, step: step, phase: $0,
                        isPastReturn: StepProgram.isPastReturn($0, of: step, in: made.plan))
                }
            }
        }
    }

    /// The step in the phase, begun after all that goes before it.
    private func bench(at point: Point) throws -> Bench {
        var bench = try Bench(point.node)
        try bench.lead()
        for step in bench.made.steps(of: try #require(NodeName(point.node))).prefix(while: { $0 != point.step }) {
            try bench.finish(step)
        }
        try bench.bring(point.step, to: point.phase)
        return bench
    }

    private func outcome(_ bench: Bench) throws -> StepOutcome {
        #expect(bench.state.current == nil)
        guard case .finished(let told) = bench.events.last else { throw Made.Unexpected() }
        #expect(bench.journal.last == .stepEnded(told))
        #expect(bench.state.outcomes.last == told)
        return told
    }

    @Test(arguments: try points()) func runsToItsEnd(_ point: Point) throws {
        var bench = try bench(at: point)
        let phases = StepProgram.phases(of: point.step, in: bench.made.plan)
        #expect(
            bench.journal.last.map { record in
                switch record {
                case .stepStarted(point.step, bench.made.epoch, point.phase): point.phase == phases.first
                case .phaseEntered(point.phase, _): point.phase != phases.first
                default: false
                }
            } == true)
        while bench.effect != nil {
            bench.now += 7
            try bench.endWell()
        }
        let outcome = try outcome(bench)
        #expect(outcome.result == .done)
        #expect(outcome.failure == nil)
        #expect(outcome.phases.map(\.phase) == phases)
        #expect(
            outcome.phases.suffix(phases.count - (phases.firstIndex(of: point.phase) ?? 0)).allSatisfy {
                $0.milliseconds == 7
            })
        #expect(outcome.passedPointOfNoReturn == phases.contains(.pointOfNoReturn))
        if phases.contains(.await) {
            #expect(outcome.facts.outage == 2_000)
            #expect(outcome.facts.invocationBefore == "before")
        }
    }

    @Test(arguments: try points()) func aLeaseThatRunsOut(_ point: Point) throws {
        var bench = try bench(at: point)
        bench.now += Lease.longestLife - 1
        bench.tick()
        #expect(bench.last.isEmpty)
        bench.now += 1
        bench.tick()
        if point.isPastReturn {
            #expect(bench.last.isEmpty)
            while bench.effect != nil { try bench.endWell() }
            #expect(try outcome(bench).result == .done)
            return
        }
        #expect(bench.last == [.cancel(token: try #require(bench.effect).token)])
        #expect(try bench.ask(.status).report?.running?.undoing == true)
        bench.tick()
        #expect(bench.last.isEmpty, "asked to stop once")
        try bench.fail()
        #expect(bench.effect?.work == .undo(point.phase))
        try bench.endWell()
        let outcome = try outcome(bench)
        #expect(outcome.result == .abandoned)
        #expect(outcome.failure?.code == "lease-over")
        #expect(!outcome.passedPointOfNoReturn)
        #expect(bench.effect == nil)
        #expect(!bench.state.held.contains { $0.node == point.step.node && point.step.kind == .drain })
    }

    /// The effect may end well although its lease ended meanwhile, and although nobody ticked.
    @Test(arguments: try points()) func anEffectThatEndsAfterItsLease(_ point: Point) throws {
        var bench = try bench(at: point)
        bench.now += Lease.longestLife
        try bench.endWell()
        if point.isPastReturn {
            #expect(bench.effect.map { $0.work == .undo(point.phase) } != true)
            while bench.effect != nil { try bench.endWell() }
            #expect(try outcome(bench).result == .done)
        } else {
            #expect(bench.effect?.work == .undo(point.phase))
            try bench.endWell()
            #expect(try outcome(bench).result == .abandoned)
        }
    }

    @Test(arguments: try points()) func anEffectThatFails(_ point: Point) throws {
        var bench = try bench(at: point)
        try bench.fail()
        let undone = !point.isPastReturn || point.phase == .place
        if undone {
            #expect(bench.effect?.work == .undo(point.phase))
            try bench.endWell()
        }
        let outcome = try outcome(bench)
        #expect(outcome.result == .failed)
        #expect(outcome.failure == Made.failure)
        #expect(outcome.passedPointOfNoReturn == !undone)
        #expect(bench.effect == nil)
    }

    @Test(arguments: try points()) func aNewHolder(_ point: Point) throws {
        var bench = try bench(at: point)
        let answer = try bench.ask(.claim(Claim(epoch: bench.made.later, holder: bench.made.second, takeOver: true)))
        #expect(answer.report?.isIdle == false)
        #expect(bench.last.first == .persist(.promised(bench.made.later, bench.made.second)))
        let token = try #require(bench.effect).token
        #expect(bench.last.contains(.cancel(token: token)) == !point.isPastReturn)
        try bench.endWell()
        while bench.effect != nil { try bench.endWell() }
        #expect(try outcome(bench).result == (point.isPastReturn ? .done : .abandoned))
        #expect(try outcome(bench).epoch == bench.made.epoch)
    }

    /// A holder that leaves cannot lengthen its lease any more, nor give back what the step would hold.
    @Test(arguments: try points()) func aHolderThatLeaves(_ point: Point) throws {
        var bench = try bench(at: point)
        try bench.ask(.release(bench.made.epoch))
        let token = try #require(bench.effect).token
        #expect(bench.last.contains(.cancel(token: token)) == !point.isPastReturn)
        while bench.effect != nil { try bench.endWell() }
        #expect(try outcome(bench).result == (point.isPastReturn ? .done : .abandoned))
    }

    @Test(arguments: try points()) func aRenewalLetsItGoOn(_ point: Point) throws {
        var bench = try bench(at: point)
        for _ in 0..<4 {
            bench.now += 25_000
            let nonce = try bench.nonce()
            #expect(try bench.ask(.renew(bench.made.lease(point.step, nonce))).report?.running?.step == point.step)
            bench.tick()
            #expect(bench.last.isEmpty)
        }
        while bench.effect != nil { try bench.endWell() }
        #expect(try outcome(bench).result == .done)
    }

    @Test func whatEndsTwiceEndsOnce() throws {
        var bench = try Bench()
        try bench.lead()
        try bench.grant(bench.made.step(.stage, bench.made.server))
        let first = try #require(bench.effect)
        try bench.endWell()
        var machine = bench.machine
        #expect(machine.effectEnded(token: first.token, .done(StepFacts()), at: bench.now).isEmpty)
        #expect(machine.effectEnded(token: 999, .failed(Made.failure), at: bench.now).isEmpty)
        #expect(machine.state == bench.state)
    }

    @Test func whatAPhaseLearnedReachesTheNext() throws {
        var bench = try Bench()
        try bench.lead()
        try bench.bring(bench.made.step(.install, bench.made.server), to: .await)
        #expect(bench.effect?.facts.invocationBefore == "before")
    }

    // MARK: wake

    @Test func anIdleAgentNeedsNoWaking() throws {
        var bench = try Bench()
        #expect(bench.machine.wake == nil)
        try bench.lead()
        #expect(bench.machine.wake == nil)
    }

    @Test(arguments: try points()) func isWokenForWhatItWillDo(_ point: Point) throws {
        var bench = try bench(at: point)
        for _ in 0..<20 {
            guard let wake = bench.machine.wake else { break }
            #expect(wake > bench.now)
            bench.now = wake
            bench.tick()
            #expect(!bench.last.isEmpty, "woken at \(wake) for nothing")
            if let node = bench.last.compactMap({ if case .lookAtHeld(let node) = $0 { node } else { nil } }).first {
                bench.observe(node, nil)
            }
        }
        #expect(bench.cancelled.isEmpty == point.isPastReturn)
    }
}
