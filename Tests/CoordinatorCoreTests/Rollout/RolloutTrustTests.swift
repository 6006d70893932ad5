import AgentCore
import CoordinatorCore
import Testing
import Wire

/// Agents that say what is not theirs to say, or refuse for a reason of their own.
@Suite struct RolloutTrustTests {
    @Test func aNodesWordCountsForItsOwnStepsOnly() throws {
        let made = try Made()
        let fleet = Fleet(made)
        let liar = made.workers[1]
        fleet.lies = { node, answer in
            guard node == liar, case .report(let report) = answer, let epoch = report.promised else { return answer }
            let lies = fleet.plan.steps.filter { $0.node != liar }.map {
                StepOutcome(step: $0.id, epoch: epoch, attempt: 1, result: .done)
            }
            return .report(
                AgentReport(
                    nonce: report.nonce, promised: report.promised, holder: report.holder,
                    holderSilent: report.holderSilent, run: report.run, running: report.running,
                    outcomes: report.outcomes + lies, held: report.held))
        }
        try fleet.lead()
        fleet.run()
        fleet.expectDone()
        #expect(fleet.plan.steps.allSatisfy { fleet.grants.contains("\($0.id)") })
    }

    /// A full disk is no other coordinator.
    @Test func aClaimThatIsRefusedForAnotherReasonIsToldByIt() throws {
        let made = try Made()
        let fleet = Fleet(made)
        fleet.onSend = { _, _, request in
            guard case .claim = request else { return }
            fleet.lies = { _, _ in .refused(Refusal(.journal, "the disk is full")) }
        }
        try fleet.lead()
        fleet.run()
        guard case .failed(nil, let failure) = fleet.ending else {
            Issue.record("it ended \(String(describing: fleet.ending))")
            return
        }
        #expect(failure.message.contains("the disk is full"))
    }

    /// It took a while from the plan to the lock: in between another run may have gone to a later version.
    @Test(arguments: [UInt64(0), 1])
    func aPlanThatWasOvertakenBeginsNothing(_ madeAt: UInt64) throws {
        let made = try Made()
        let fleet = Fleet(made)
        let epoch = Epoch(counter: 1, process: 9)
        let other = Holder(who: "other", machine: "m9", process: 9, since: 0)
        fleet.tell(made.servers[0], .claim(Claim(epoch: epoch, holder: other, takeOver: false)))
        fleet.tell(made.servers[0], .release(epoch))
        try fleet.lead(madeAt: madeAt)
        fleet.run()
        guard madeAt == 0 else { return fleet.expectDone() }
        guard case .failed(nil, let failure) = fleet.ending else {
            Issue.record("it ended \(String(describing: fleet.ending))")
            return
        }
        #expect(failure.code == "overtaken")
        #expect(fleet.grants.isEmpty)
        #expect(fleet.peers.allSatisfy { $0.machine?.state.holder == nil && $0.machine?.state.stored == nil })
    }

    /// Its disk is full, and its node in the middle of something.
    @Test func anAgentThatRefusesBeatsIsNotAskedWithoutAPause() throws {
        let made = try Made()
        let fleet = Fleet(made)
        let refuser = made.workers[1]
        try fleet.lead()
        fleet.run { fleet.grants.contains { $0.hasPrefix("snapshot") } }
        fleet.lies = { node, answer in
            node == refuser ? .refused(Refusal(.journal, "the disk is full")) : answer
        }
        let before = fleet.sent.count
        fleet.pass(20_000)
        let asked = fleet.sent.dropFirst(before).count { $0.node == refuser }
        #expect((1...60).contains(asked), "\(asked) times in 20 s")
    }
}
