import AgentCore
import Testing
import Wire

/// Who may lead, and who is told off.
@Suite struct PromisesTests {
    private func claim(_ bench: Bench, _ epoch: Epoch, takeOver: Bool = false) -> Request {
        .claim(Claim(epoch: epoch, holder: bench.made.second, takeOver: takeOver))
    }

    @Test func aPromiseIsOnDiskBeforeItIsSaid() throws {
        var bench = try Bench()
        let answer = try bench.ask(.claim(Claim(epoch: bench.made.epoch, holder: bench.made.holder, takeOver: false)))
        let report = try #require(answer.report)
        #expect(bench.last == [.persist(.promised(bench.made.epoch, bench.made.holder)), .answer(.report(report))])
        #expect(report.promised == bench.made.epoch)
        #expect(report.holder == bench.made.holder)
        #expect(report.nonce == nil)
    }

    @Test func aPromiseSurvivesTheAgent() throws {
        var bench = try Bench()
        try bench.lead()
        var next = try Bench(journal: bench.journal)
        let lower = Epoch(counter: bench.made.epoch.counter, process: bench.made.epoch.process - 1)
        #expect(try next.ask(claim(next, lower, takeOver: true)).refusal?.code == .fenced)
        #expect(try next.ask(.beat(bench.made.epoch)).report?.nonce != nil)
    }

    @Test func aLowerEpochIsFencedAndToldByWhom() throws {
        var bench = try Bench()
        try bench.lead()
        let lower = Epoch(counter: 5, process: 49)
        let refusal = try #require(try bench.ask(claim(bench, lower, takeOver: true)).refusal)
        #expect(refusal.code == .fenced)
        #expect(refusal.holder == bench.made.holder)
        #expect(refusal.promised == bench.made.epoch)
        #expect(bench.last.count == 1)
    }

    @Test func aLiveHolderIsNotSucceeded() throws {
        var bench = try Bench()
        try bench.lead()
        bench.now += AgentMachine.timeToLive
        let refusal = try #require(try bench.ask(claim(bench, bench.made.later)).refusal)
        #expect(refusal.code == .held)
        #expect(refusal.holder == bench.made.holder)
        #expect(refusal.silent == AgentMachine.timeToLive)
        #expect(refusal.run == bench.made.run)
        #expect(bench.state.promised == bench.made.epoch)
    }

    @Test func aSilentHolderIsSucceeded() throws {
        var bench = try Bench()
        try bench.lead()
        bench.now += AgentMachine.timeToLive + 1
        #expect(try bench.ask(claim(bench, bench.made.later)).report?.promised == bench.made.later)
        #expect(bench.state.holder == bench.made.second)
        #expect(try bench.ask(.beat(bench.made.epoch)).refusal?.code == .fenced)
    }

    @Test func everySignOfTheHolderCounts() throws {
        var bench = try Bench()
        try bench.lead()
        for _ in 0..<5 {
            bench.now += AgentMachine.timeToLive
            _ = try bench.nonce()
            #expect(try bench.ask(claim(bench, bench.made.later)).refusal?.code == .held)
        }
    }

    @Test func aStrangersQuestionsKeepNobodyAlive() throws {
        var bench = try Bench()
        try bench.lead()
        bench.now += AgentMachine.timeToLive
        try bench.ask(.status)
        try bench.ask(claim(bench, bench.made.later))
        try bench.ask(.beat(Epoch(counter: 1, process: 1)))
        bench.now += 1
        #expect(try bench.ask(claim(bench, bench.made.later)).report != nil)
    }

    @Test func aLiveHolderIsTakenOverOnlyWhenAsked() throws {
        var bench = try Bench()
        try bench.lead()
        #expect(try bench.ask(claim(bench, bench.made.later, takeOver: true)).report?.holder == bench.made.second)
    }

    @Test func aRestartedAgentTakesNoHolderForSilent() throws {
        var bench = try Bench()
        try bench.lead()
        var next = try Bench(journal: bench.journal)
        next.now += AgentMachine.timeToLive
        #expect(try next.ask(claim(next, bench.made.later)).refusal?.code == .held)
        next.now += 1
        #expect(try next.ask(claim(next, bench.made.later)).report != nil)
    }

    @Test func theSameClaimAgainWritesNothing() throws {
        var bench = try Bench()
        try bench.lead()
        let records = bench.journal.count
        let answer = try bench.ask(.claim(Claim(epoch: bench.made.epoch, holder: bench.made.holder, takeOver: false)))
        #expect(answer.report?.promised == bench.made.epoch)
        #expect(bench.journal.count == records)
    }

    @Test func aReleasedEpochIsNotClaimedAgainButAHigherOneIs() throws {
        var bench = try Bench()
        try bench.lead()
        try bench.ask(.release(bench.made.epoch))
        #expect(bench.journal.last == .released)
        #expect(bench.last.first == .persist(.released))
        #expect(try bench.ask(claim(bench, bench.made.epoch)).refusal?.code == .unpromised)
        #expect(try bench.ask(.beat(bench.made.epoch)).refusal?.code == .unpromised)
        #expect(try bench.ask(claim(bench, bench.made.later)).report?.promised == bench.made.later)
    }

    /// Else a stolen key could spend all the epochs there are with one claim.
    @Test(arguments: [UInt64.max, UInt64.max - 1, 1 << 40]) func anEpochFarAboveAnyThatWasIsRefused(_ counter: UInt64)
        throws
    {
        var bench = try Bench()
        try bench.lead()
        bench.now += AgentMachine.timeToLive + 1
        let refusal = try bench.ask(claim(bench, Epoch(counter: counter, process: 0), takeOver: true)).refusal
        #expect(refusal?.code == .malformed)
        #expect(bench.state.promised == bench.made.epoch)
    }

    private static func requests(_ made: Made, _ epoch: Epoch) throws -> [Request] {
        let lease = try made.lease(made.step(.stage, made.server), Nonce(1), epoch: epoch)
        return [
            .beat(epoch), .storePlan(StorePlan(epoch: epoch, text: try made.text, supersede: true)), .grant(lease),
            .renew(lease), .giveBack(GiveBack(epoch: epoch, node: made.worker)), .release(epoch),
            .conclude(Conclude(epoch: epoch, run: made.run)),
        ]
    }

    @Test func nothingIsDoneForAnEpochThatWasNeverPromised() throws {
        for lead in [false, true] {
            var bench = try Bench()
            if lead { try bench.lead() }
            let before = bench.state
            for request in try Self.requests(bench.made, bench.made.later) {
                #expect(try bench.ask(request).refusal?.code == .unpromised, "\(request.name)")
                #expect(bench.last.count == 1)
            }
            #expect(bench.state == before)
        }
    }

    @Test func nothingIsDoneForAStaleEpoch() throws {
        var bench = try Bench()
        try bench.lead()
        try bench.ask(claim(bench, bench.made.later, takeOver: true))
        let before = bench.state
        for request in try Self.requests(bench.made, bench.made.epoch) {
            #expect(try bench.ask(request).refusal?.code == .fenced, "\(request.name)")
            #expect(bench.last.count == 1)
        }
        #expect(bench.state == before)
    }
}
