import AgentCore
import Testing
import Wire

/// The plan that an agent keeps, and the end of its run.
@Suite struct PlansTests {
    private func store(_ bench: Bench, _ plan: Plan, supersede: Bool = false) throws -> Request {
        .storePlan(StorePlan(epoch: bench.made.epoch, text: try Made.text(of: plan), supersede: supersede))
    }

    @Test func aPlanIsOnDiskBeforeItIsSaid() throws {
        var bench = try Bench()
        try bench.lead()
        let text = try bench.made.text
        #expect(bench.last.first == .persist(.planStored(text: text, digest: Made.digest(text))))
        #expect(try bench.ask(.fetchPlan) == .plan(text))
        #expect(try bench.ask(.status).report?.run?.planDigest == Made.digest(text))
    }

    @Test func theSamePlanAgainWritesNothing() throws {
        var bench = try Bench()
        try bench.lead()
        let records = bench.journal.count
        #expect(try bench.ask(store(bench, bench.made.plan)).report?.run?.open == true)
        #expect(bench.journal.count == records)
    }

    @Test(arguments: ["", "{}", "{", #"{"force":true}"#]) func whatIsNoPlanIsRefused(_ text: String) throws {
        var bench = try Bench()
        try bench.lead()
        let order = StorePlan(epoch: bench.made.epoch, text: text, supersede: true)
        #expect(try bench.ask(.storePlan(order)).refusal?.code == .malformed)
    }

    @Test func aPlanWithAMemberThatIsNotKnownIsRefused() throws {
        var bench = try Bench()
        try bench.lead()
        let text = try bench.made.text.replacing(#""maxUnavailable":1"#, with: #""maxUnavailable":1,"skipGates":true"#)
        let order = StorePlan(epoch: bench.made.epoch, text: text, supersede: true)
        let refusal = try bench.ask(.storePlan(order)).refusal
        #expect(refusal?.code == .malformed)
        #expect(refusal?.message.contains("policy.skipGates") == true)
    }

    @Test func aPlanOfAnotherClusterIsRefused() throws {
        var bench = try Bench("server-9")
        try bench.ask(.claim(Claim(epoch: bench.made.epoch, holder: bench.made.holder, takeOver: false)))
        #expect(try bench.ask(store(bench, bench.made.plan)).refusal?.code == .plan)
    }

    @Test func anOpenRunGivesWayOnlyWhenAsked() throws {
        var bench = try Bench()
        try bench.lead()
        try bench.finish(bench.made.step(.stage, bench.made.server))
        let other = bench.made.plan(try #require(RunID("run-2")))
        let refusal = try bench.ask(store(bench, other)).refusal
        #expect(refusal?.code == .plan)
        #expect(refusal?.run == bench.made.run)
        let report = try #require(try bench.ask(store(bench, other, supersede: true)).report)
        #expect(report.run?.run == other.run)
        #expect(report.outcomes.isEmpty)
    }

    @Test func aRunHasOnePlan() throws {
        var bench = try Bench()
        try bench.lead()
        let changed = bench.made.plan(bench.made.run, purpose: .rollback)
        #expect(try bench.ask(store(bench, changed, supersede: true)).refusal?.code == .plan)
        #expect(bench.state.stored?.plan == bench.made.plan)
    }

    @Test func noPlanIsStoredUnderARunningStep() throws {
        var bench = try Bench()
        try bench.lead()
        try bench.grant(bench.made.step(.stage, bench.made.server))
        let other = bench.made.plan(try #require(RunID("run-2")))
        #expect(try bench.ask(store(bench, other, supersede: true)).refusal?.code == .busy)
        #expect(try bench.ask(.conclude(Conclude(epoch: bench.made.epoch, run: bench.made.run))).refusal?.code == .busy)
    }

    @Test func aConcludedRunLeasesNothing() throws {
        var bench = try Bench()
        try bench.lead()
        try bench.ask(.conclude(Conclude(epoch: bench.made.epoch, run: bench.made.run)))
        #expect(bench.last.first == .persist(.concluded))
        #expect(try bench.ask(.status).report?.run?.open == false)
        try bench.ask(.claim(Claim(epoch: bench.made.later, holder: bench.made.second, takeOver: false)))
        let answer = try bench.grant(bench.made.step(.stage, bench.made.server), epoch: bench.made.later)
        #expect(answer.refusal?.code == .plan)
        // The next run needs no word of force.
        let other = bench.made.plan(try #require(RunID("run-2")))
        let order = StorePlan(epoch: bench.made.later, text: try Made.text(of: other), supersede: false)
        #expect(try bench.ask(.storePlan(order)).report?.run?.open == true)
    }

    @Test func onlyTheStoredRunIsConcluded() throws {
        var bench = try Bench()
        try bench.lead()
        let other = try #require(RunID("run-2"))
        #expect(try bench.ask(.conclude(Conclude(epoch: bench.made.epoch, run: other))).refusal?.code == .plan)
        #expect(bench.state.stored?.open == true)
    }

    @Test func whatConcernsNoLeaseIsNotTheMachines() throws {
        var bench = try Bench()
        let preflight = Preflight(target: bench.made.new, method: .binary, drains: [])
        for request in [Request.inspect, .observe, .preflight(preflight)] {
            #expect(try bench.ask(request).refusal?.code == .unsupported)
        }
    }
}
