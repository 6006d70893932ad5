import AgentCore
import Testing
import Wire

/// A drained node is never nobody's.
@Suite struct HoldsTests {
    /// A server's agent that holds the worker drained.
    private func holding() throws -> Bench {
        var bench = try Bench()
        try bench.lead()
        try bench.finish(bench.made.step(.drain, bench.made.worker))
        return bench
    }

    /// A look that shows the node as the run wants it.
    private func look(_ bench: Bench, _ heartbeat: String, version: K3sVersion? = nil, ready: Bool = true) -> HeldLook {
        HeldLook(
            mark: CordonMark(run: bench.made.run, epoch: bench.made.epoch), ready: ready,
            version: version ?? bench.made.new, heartbeat: heartbeat)
    }

    private func looks(_ bench: Bench) -> [Action] { [.lookAtHeld(bench.made.worker)] }

    @Test func theHoldIsOnDiskBeforeTheDrainHasEnded() throws {
        var bench = try Bench()
        try bench.lead()
        try bench.bring(bench.made.step(.drain, bench.made.worker), to: .evict)
        try bench.endWell()
        let hold = HeldDrain(
            node: bench.made.worker, run: bench.made.run, epoch: bench.made.epoch, target: bench.made.new,
            limit: Policy().holdLimit * 1_000)
        #expect(bench.last.first == .persist(.held(hold)))
        guard case .persist(.stepEnded) = bench.last.dropFirst().first else {
            Issue.record("the drain's end comes second")
            return
        }
        #expect(bench.state.held == [hold])
    }

    @Test func theOperatorsCordonIsNotHeld() throws {
        var bench = try Bench()
        try bench.lead()
        try bench.grant(bench.made.step(.drain, bench.made.worker))
        var facts = StepFacts()
        facts.cordonIsOurs = false
        try bench.end(.done(facts))
        try bench.endWell()
        #expect(bench.state.outcomes.last?.result == .done)
        #expect(bench.state.held.isEmpty)
    }

    @Test func whileTheRunIsLedNothingIsLookedAt() throws {
        var bench = try holding()
        for _ in 0..<10 {
            bench.now += AgentMachine.timeToLive
            bench.tick()
            #expect(bench.last.isEmpty)
            _ = try bench.nonce()
        }
    }

    @Test func onceItsHolderIsSilentItIsLookedAtAgainAndAgain() throws {
        var bench = try holding()
        bench.now += AgentMachine.timeToLive + 1
        #expect(bench.machine.wake == bench.now)
        bench.tick()
        #expect(bench.last == looks(bench))
        bench.tick()
        #expect(bench.last.isEmpty, "one look at a time")
        bench.observe(bench.made.worker, nil)
        bench.tick()
        #expect(bench.last.isEmpty)
        let wake = try #require(bench.machine.wake)
        #expect(wake > bench.now)
        bench.now = wake
        bench.tick()
        #expect(bench.last == looks(bench))
    }

    /// Its host may be gone for days; one that is back is looked at as often as ever.
    @Test func aNodeThatStaysAwayIsAskedForLessAndLess() throws {
        var bench = try holding()
        try bench.ask(.release(bench.made.epoch))
        var pauses: [Int] = []
        while pauses.count < 200 {
            bench.tick()
            bench.observe(bench.made.worker, pauses.count % 2 == 0 ? nil : look(bench, "1", ready: false))
            let wake = try #require(bench.machine.wake)
            pauses.append(wake - bench.now)
            bench.now = wake
        }
        #expect(pauses.first == 2_000)
        #expect(pauses.last == 60_000)
        #expect(pauses == pauses.sorted())
        bench.tick()
        bench.observe(bench.made.worker, look(bench, "2"))
        #expect(bench.machine.wake == bench.now + 2_000)
    }

    @Test func aHolderThatLeftIsNotWaitedFor() throws {
        var bench = try holding()
        try bench.ask(.release(bench.made.epoch))
        bench.tick()
        #expect(bench.last == looks(bench))
    }

    @Test func aNodeThatCameToItsVersionAndBeatsIsGivenBack() throws {
        var bench = try holding()
        bench.now += AgentMachine.timeToLive + 1
        let drain = try #require(bench.state.held.first)
        for (heartbeat, given) in [("1", false), ("1", false), ("2", false), ("3", true)] {
            bench.tick()
            bench.observe(bench.made.worker, look(bench, heartbeat))
            #expect(bench.last == (given ? [.giveBack(drain)] : []))
            bench.now += 2_000
        }
        bench.tick()
        #expect(bench.last.isEmpty, "given back once at a time")
        bench.giveBackEnded(bench.made.worker, gone: true)
        #expect(bench.last == [.persist(.heldEnded(bench.made.worker))])
        #expect(bench.state.held.isEmpty)
        #expect(bench.machine.wake == nil)
    }

    @Test func aCordonThatCouldNotBeTakenOffIsTriedAgain() throws {
        var bench = try holding()
        try bench.ask(.release(bench.made.epoch))
        for heartbeat in ["1", "2", "3"] {
            bench.tick()
            bench.observe(bench.made.worker, look(bench, heartbeat))
            bench.now += 2_000
        }
        bench.giveBackEnded(bench.made.worker, gone: false)
        #expect(bench.last.isEmpty)
        #expect(bench.state.held.count == 1)
        bench.now = try #require(bench.machine.wake)
        bench.tick()
        #expect(bench.last == looks(bench))
        bench.observe(bench.made.worker, look(bench, "4"))
        #expect(bench.last.count == 1)
    }

    @Test func aNodeWhoseInstallIsUnderWayIsKept() throws {
        var bench = try holding()
        bench.now += AgentMachine.timeToLive + 1
        for beat in 0..<20 {
            bench.tick()
            bench.observe(bench.made.worker, look(bench, "\(beat)", version: bench.made.old))
            #expect(bench.last.isEmpty)
            bench.now += 2_000
        }
    }

    @Test func afterItsLimitANodeThatBeatsIsGivenBackOnAnyVersion() throws {
        var bench = try holding()
        let drain = try #require(bench.state.held.first)
        bench.now += drain.limit - 10_000
        for beat in 0..<20 where bench.now < 5_000_000 + drain.limit {
            bench.tick()
            bench.observe(bench.made.worker, look(bench, "\(beat)", version: bench.made.old))
            #expect(bench.last.isEmpty)
            bench.now += 2_000
        }
        bench.tick()
        bench.observe(bench.made.worker, look(bench, "last", version: bench.made.old))
        #expect(bench.last == [.giveBack(drain)])
    }

    @Test func aRestartCutsNoHoldShort() throws {
        var bench = try holding()
        let drain = try #require(bench.state.held.first)
        try bench.ask(.release(bench.made.epoch))
        var next = try Bench(journal: bench.journal)
        next.now += drain.limit - 1
        for beat in 0..<5 {
            next.observe(next.made.worker, look(next, "\(beat)", version: next.made.old))
            #expect(next.last.isEmpty)
        }
        next.now += 1
        next.observe(next.made.worker, look(next, "5", version: next.made.old))
        #expect(next.last == [.giveBack(drain)])
    }

    @Test func aCordonThatIsOursNoLongerEndsTheHold() throws {
        let other = CordonMark(run: try #require(RunID("run-2")), epoch: Epoch(counter: 1, process: 1))
        for mark in [nil, other] {
            var bench = try holding()
            try bench.ask(.release(bench.made.epoch))
            bench.observe(
                bench.made.worker, HeldLook(mark: mark, ready: false, version: bench.made.old, heartbeat: "1"))
            #expect(bench.last == [.persist(.heldEnded(bench.made.worker))])
        }
    }

    @Test func aLookThatComesLateIsNotActedUpon() throws {
        var bench = try holding()
        bench.now += AgentMachine.timeToLive + 1
        for heartbeat in ["1", "2"] { bench.observe(bench.made.worker, look(bench, heartbeat)) }
        _ = try bench.nonce()
        bench.observe(bench.made.worker, look(bench, "3"))
        #expect(bench.last.isEmpty)
    }

    @Test func itsHolderMayGiveItBackAtOnce() throws {
        var bench = try holding()
        let drain = try #require(bench.state.held.first)
        let order = Request.giveBack(GiveBack(epoch: bench.made.epoch, node: bench.made.worker))
        let report = try #require(try bench.ask(order).report)
        #expect(report.held == [drain])
        #expect(bench.last == [.answer(.report(report)), .giveBack(drain)])
        try bench.ask(order)
        #expect(bench.last.count == 1, "under way already")
        bench.giveBackEnded(bench.made.worker, gone: true)
        #expect(bench.state.outcomes.contains { $0.step.kind == .drain } == false)
        #expect(try bench.grant(bench.made.step(.drain, bench.made.worker)).report?.running != nil)
    }

    @Test func toGiveBackWhatIsNotHeldDoesNothing() throws {
        var bench = try holding()
        try bench.ask(.giveBack(GiveBack(epoch: bench.made.epoch, node: bench.made.server)))
        #expect(bench.last.count == 1)
    }

    @Test func anUncordonEndsTheHold() throws {
        var bench = try holding()
        try bench.finish(bench.made.step(.uncordon, bench.made.worker))
        #expect(bench.state.held.isEmpty)
        #expect(bench.journal.dropLast().last == .heldEnded(bench.made.worker))
        bench.now += 1_000_000
        #expect(bench.machine.wake == nil)
    }

    @Test func anUncordonThatFailsLeavesItHeld() throws {
        var bench = try holding()
        try bench.grant(bench.made.step(.uncordon, bench.made.worker))
        try bench.fail()
        try bench.endWell()
        #expect(bench.state.outcomes.last?.result == .failed)
        #expect(bench.state.held.count == 1)
    }

    @Test func aDrainWhoseCordonCouldNotBeTakenOffIsHeldAtOnceOverItsLimit() throws {
        var bench = try Bench()
        try bench.lead()
        try bench.bring(bench.made.step(.drain, bench.made.worker), to: .evict)
        try bench.fail()
        try bench.fail()
        #expect(bench.state.held.map(\.limit) == [0])
        #expect(bench.state.outcomes.last?.result == .failed)
        try bench.ask(.release(bench.made.epoch))
        for (heartbeat, given) in [("1", false), ("2", false), ("3", true)] {
            bench.observe(bench.made.worker, look(bench, heartbeat, version: bench.made.old))
            #expect(bench.last.isEmpty != given)
        }
    }

    @Test func aRollbackIsHeldForTheVersionItGoesBackTo() throws {
        var bench = try Bench()
        try bench.lead()
        let plan = bench.made.plan(try #require(RunID("back-1")), purpose: .rollback)
        let text = try Made.text(of: plan)
        try bench.ask(.storePlan(StorePlan(epoch: bench.made.epoch, text: text, supersede: true)))
        let nonce = try bench.nonce()
        let lease = Lease(
            run: plan.run, planDigest: Made.digest(text), step: bench.made.step(.drain, bench.made.worker),
            epoch: bench.made.epoch, nonce: nonce)
        try bench.ask(.grant(lease))
        while bench.effect != nil { try bench.endWell() }
        #expect(bench.state.held.map(\.target) == [bench.made.old])
        #expect(bench.state.held.map(\.run) == [plan.run])
    }

    /// Else the old give-back would take the new drain's cordon and hold with it.
    @Test func aDrainAndAGiveBackOfTheSameNodeWaitForEachOther() throws {
        var bench = try holding()
        let drain = bench.made.step(.drain, bench.made.worker)
        let order = Request.giveBack(GiveBack(epoch: bench.made.epoch, node: bench.made.worker))
        try bench.ask(order)
        #expect(try bench.grant(drain, again: true).refusal?.code == .busy)
        #expect(bench.effect == nil)
        bench.giveBackEnded(bench.made.worker, gone: false)

        try bench.grant(drain, again: true)
        #expect(bench.effect != nil)
        #expect(try bench.ask(order).refusal?.code == .busy)
    }
}
