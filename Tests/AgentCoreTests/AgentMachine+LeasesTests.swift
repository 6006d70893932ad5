import AgentCore
import Testing
import Wire

/// Which grants begin a step, and which begin nothing.
@Suite struct LeasesTests {
    /// A bench on which a grant would be taken up, the nonce for it, and the step.
    private func ready(_ node: String = "server-1", _ kind: StepKind = .stage) throws -> (Bench, Nonce, StepID) {
        var bench = try Bench(node)
        try bench.lead()
        let nonce = try bench.nonce()
        return (bench, nonce, bench.made.step(kind, try #require(NodeName(node))))
    }

    private func expectRefused(_ bench: inout Bench, _ lease: Lease, _ code: Refusal.Code) throws {
        let before = bench.state
        #expect(try bench.ask(.grant(lease)).refusal?.code == code)
        #expect(bench.last.count == 1)
        #expect(bench.effect == nil)
        #expect(bench.state == before)
    }

    @Test func aStepIsOnDiskBeforeItIsSaidAndSaidBeforeItIsDone() throws {
        var (bench, nonce, step) = try ready()
        let answer = try bench.ask(.grant(bench.made.lease(step, nonce)))
        #expect(answer.report?.running?.step == step)
        #expect(bench.last.count == 4)
        #expect(bench.last.first == .persist(.stepStarted(step, bench.made.epoch, .fetch)))
        #expect(bench.last[1] == .answer(answer))
        #expect(
            bench.last[2]
                == .emit(.progress(Progress(step: step, epoch: bench.made.epoch, phase: .fetch))))
        #expect(bench.effect?.work == .phase(.fetch))
        #expect(bench.effect?.plan == bench.made.plan)
    }

    @Test func aForeignNonceIsRefused() throws {
        var (bench, nonce, step) = try ready()
        try expectRefused(&bench, bench.made.lease(step, Nonce(nonce.value &+ 1)), .nonce)
    }

    @Test func aNonceIsSpentByItsFirstUse() throws {
        var (bench, nonce, step) = try ready()
        let lease = try bench.made.lease(step, nonce)
        #expect(try bench.ask(.renew(lease)).report != nil)
        try expectRefused(&bench, lease, .nonce)
    }

    @Test func aNonceOfAnEarlierLifeIsRefused() throws {
        let (bench, nonce, step) = try ready()
        var next = try Bench(journal: bench.journal)
        try expectRefused(&next, next.made.lease(step, nonce), .nonce)
    }

    @Test(arguments: [(30_000, 29_999, true), (30_000, 30_000, false), (1_000, 999, true), (1_000, 1_000, false)])
    func aLeaseLivesFromItsNonce(_ life: Int, _ age: Int, _ lives: Bool) throws {
        var (bench, nonce, step) = try ready()
        bench.now += age
        let lease = try bench.made.lease(step, nonce, life: life)
        if lives {
            #expect(try bench.ask(.grant(lease)).report?.running?.step == step)
        } else {
            try expectRefused(&bench, lease, .expired)
        }
    }

    @Test(arguments: [Int.min, -1, 0]) func aLeaseWithoutALifeIsDead(_ life: Int) throws {
        var (bench, nonce, step) = try ready()
        try expectRefused(&bench, bench.made.lease(step, nonce, life: life), .expired)
    }

    @Test func noLeaseLivesLongerThanTheLongest() throws {
        var (bench, nonce, step) = try ready()
        let lease = try bench.made.lease(step, nonce, life: .max)
        bench.now += Lease.longestLife
        try expectRefused(&bench, lease, .expired)
    }

    @Test func aLeaseOfAnotherPlanIsRefused() throws {
        let (bench, nonce, step) = try ready()
        let made = bench.made
        let digest = Made.digest(try made.text)
        let run = try #require(RunID("run-2"))
        let leases = [
            Lease(run: run, planDigest: digest, step: step, epoch: made.epoch, nonce: nonce),
            Lease(run: made.run, planDigest: digest + "0", step: step, epoch: made.epoch, nonce: nonce),
        ]
        for lease in leases {
            var twin = bench
            try expectRefused(&twin, lease, .plan)
        }
    }

    @Test func aLeaseBeforeAPlanIsRefused() throws {
        var bench = try Bench()
        try bench.ask(.claim(Claim(epoch: bench.made.epoch, holder: bench.made.holder, takeOver: false)))
        let nonce = try bench.nonce()
        try expectRefused(&bench, bench.made.lease(bench.made.step(.stage, bench.made.server), nonce), .plan)
    }

    @Test(arguments: [
        ("server-1", StepKind.rollback, "server-1"), ("server-1", .install, "worker-1"),
        ("worker-1", .drain, "worker-1"),
        ("worker-1", .uncordon, "worker-1"), ("server-1", .drain, "server-1"), ("worker-1", .snapshot, "server-1"),
    ])
    func aStepThatIsNotThisAgentsIsRefused(_ node: String, _ kind: StepKind, _ about: String) throws {
        var (bench, nonce, _) = try ready(node)
        let step = bench.made.step(kind, try #require(NodeName(about)))
        try expectRefused(&bench, bench.made.lease(step, nonce), .step)
    }

    @Test func oneStepAtATime() throws {
        var (bench, nonce, step) = try ready()
        try bench.ask(.grant(bench.made.lease(step, nonce)))
        let other = bench.made.step(.snapshot, bench.made.server)
        let before = bench.state
        #expect(try bench.grant(other).refusal?.code == .busy)
        #expect(bench.state == before)
        #expect(bench.last.count == 1)
    }

    @Test func theSameGrantAgainIsARenewal() throws {
        var (bench, nonce, step) = try ready()
        try bench.ask(.grant(bench.made.lease(step, nonce)))
        let attempt = bench.state.current?.attempt
        bench.now += 20_000
        #expect(try bench.grant(step).report?.running?.step == step)
        #expect(bench.last.count == 1)
        bench.now += 29_999
        bench.tick()
        #expect(bench.cancelled.isEmpty)
        #expect(bench.state.current?.attempt == attempt)
    }

    @Test(arguments: [
        ("server-1", StepKind.stage), ("server-1", .snapshot), ("server-1", .install), ("worker-1", .install),
    ])
    func whatIsDoneIsNotDoneAgain(_ node: String, _ kind: StepKind) throws {
        var (bench, _, step) = try ready(node, kind)
        try bench.finish(step)
        let before = bench.state
        let report = try #require(try bench.grant(step).report)
        #expect(report.running == nil)
        #expect(report.outcome(of: step)?.result == .done)
        #expect(bench.effect == nil)
        #expect(bench.state == before)
    }

    @Test func onlyWhatMayBeRepeatedIsDoneAgainWhenAsked() throws {
        for node in ["server-1", "worker-1"] {
            var bench = try Bench(node)
            try bench.lead()
            for step in bench.made.steps(of: try #require(NodeName(node))) {
                try bench.finish(step)
                var twin = bench
                let answer = try twin.grant(step, again: true)
                if step.kind.mayBeRepeated {
                    #expect(answer.report?.running?.step == step, "\(step)")
                    #expect(twin.state.current?.attempt == 2)
                } else {
                    #expect(answer.refusal?.code == .step, "\(step)")
                    #expect(twin.effect == nil)
                }
            }
        }
    }

    @Test func whatFailedMayBeTriedAgain() throws {
        var (bench, _, step) = try ready("server-1", .install)
        try bench.bring(step, to: .restart)
        try bench.fail()
        #expect(bench.state.outcomes.last?.result == .failed)
        #expect(try bench.grant(step).report?.running?.step == step)
        #expect(bench.state.current?.attempt == 2)
        #expect(bench.state.outcomes.isEmpty)
    }

    @Test func aRenewalOfAnotherStepLengthensNothing() throws {
        var (bench, nonce, step) = try ready()
        try bench.ask(.grant(bench.made.lease(step, nonce)))
        bench.now += 20_000
        let other = bench.made.step(.snapshot, bench.made.server)
        let late = try bench.nonce()
        #expect(try bench.ask(.renew(bench.made.lease(other, late))).report != nil)
        bench.now += 10_000
        bench.tick()
        #expect(bench.cancelled.count == 1)
    }

    /// A record may have waited for room on a full disk for longer than the lease lived.
    @Test(arguments: [(29_999, true), (30_000, false)])
    func anEffectOfALeaseThatEndedMeanwhileIsNotBegun(_ age: Int, _ mayBegin: Bool) throws {
        var bench = try Bench()
        try bench.lead()
        let step = bench.made.step(.install, bench.made.server)
        let nonce = try bench.nonce()
        try bench.ask(.grant(bench.made.lease(step, nonce)))
        try bench.endWell()
        #expect(bench.effect?.work == .phase(.place))
        bench.now += age
        #expect(try bench.mayBegin() == mayBegin)
        #expect(bench.effect?.work == (mayBegin ? .phase(.place) : .undo(.place)))
        guard !mayBegin else { return }
        try bench.endWell()
        #expect(bench.state.outcomes.last?.result == .abandoned)
        #expect(bench.state.outcomes.last?.passedPointOfNoReturn == false)
    }

    /// What is past its point of no return is finished without a lease.
    @Test func whatComesAfterThePlaceBeginsWithoutALease() throws {
        var bench = try Bench()
        try bench.lead()
        try bench.bring(bench.made.step(.install, bench.made.server), to: .installer)
        bench.now += 600_000
        #expect(try bench.mayBegin())
    }

    /// The same lease asked for twice, the first one's end not yet known when the second was asked for.
    @Test func aStepIsNotRepeatedOnANonceFromBeforeItsEnd() throws {
        var bench = try Bench()
        try bench.lead()
        let step = bench.made.step(.drain, bench.made.worker)
        try bench.grant(step)
        let early = try bench.nonce()
        bench.now += 100
        while bench.effect != nil { try bench.endWell() }
        bench.now += 100
        #expect(try bench.ask(.grant(bench.made.lease(step, early, again: true))).report?.isIdle == true)
        #expect(bench.effect == nil)
        try bench.grant(step, again: true)
        #expect(bench.effect?.work == .phase(.cordon))
    }
}
