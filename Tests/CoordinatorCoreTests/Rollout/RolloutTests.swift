import AgentCore
import CoordinatorCore
import Testing
import Wire

/// Whole runs, against real agents.
@Suite struct RolloutTests {
    @Test func theOrderOfARun() throws {
        let fleet = Fleet(try Made())
        try fleet.lead()
        fleet.run()
        fleet.expectDone()
        #expect(
            fleet.orders == [
                "status server-1", "status worker-1", "status worker-2", "claim server-1", "claim worker-1",
                "claim worker-2", "store-plan server-1", "store-plan worker-1", "store-plan worker-2",
                "stage/server-1 by server-1", "stage/worker-1 by worker-1", "stage/worker-2 by worker-2",
                "snapshot/server-1 by server-1", "install/server-1 by server-1",
                "drain/worker-1 by server-1", "install/worker-1 by worker-1", "uncordon/worker-1 by server-1",
                "drain/worker-2 by server-1", "install/worker-2 by worker-2", "uncordon/worker-2 by server-1",
                "conclude server-1", "conclude worker-1", "conclude worker-2",
            ])
    }

    @Test(arguments: [(1, 0), (3, 0), (3, 5)]) func otherShapes(_ servers: Int, _ workers: Int) throws {
        let fleet = Fleet(try Made(servers: servers, workers: workers))
        try fleet.lead()
        fleet.run()
        fleet.expectDone()
        #expect(fleet.notes.filter { $0 == .gateOpened }.count == servers + workers)
    }

    @Test func aGateStandsAfterEachNode() throws {
        let fleet = Fleet(try Made())
        try fleet.lead()
        fleet.run()
        let marks = fleet.notes.compactMap { note -> String? in
            switch note {
            case .gateOpened: "gate"
            case .stepEnded(let outcome, _) where [.install, .uncordon].contains(outcome.step.kind): "\(outcome.step)"
            default: nil
            }
        }
        #expect(
            marks == [
                "install/server-1", "gate", "install/worker-1", "uncordon/worker-1", "gate", "install/worker-2",
                "uncordon/worker-2", "gate",
            ])
    }

    @Test func aRunOfOneWorkerBack() throws {
        let made = try Made()
        let planner = made.planner()
        let fleet = Fleet(made, plan: planner.rollback(of: made.workers[0], to: made.old, run: made.run))
        fleet.peers[1].binary = made.new
        fleet.peers[1].running = made.new
        try fleet.lead()
        fleet.run()
        #expect(fleet.ending == .done)
        #expect(fleet.violations.isEmpty)
        #expect(fleet.peers.map(\.running) == [made.old, made.old, made.old])
        #expect(fleet.grants == ["drain/worker-1", "rollback/worker-1", "uncordon/worker-1"])
    }

    @Test func aStepMayTakeLongerThanALeaseLives() throws {
        // Renewals keep it alive: ten of a lease's lives go by while nothing answers but beats.
        let made = try Made(workers: 0)
        let fleet = Fleet(made)
        try fleet.lead()
        fleet.run { fleet.grants.contains("install/server-1") }
        fleet.pass(50)
        let index = fleet.index(made.servers[0])
        let held = fleet.peers[index].effect
        #expect(held?.step.kind == .install)
        fleet.run()
        fleet.expectDone()
    }

    // MARK: Failures

    struct Break: Sendable, CustomTestStringConvertible {
        let step: String
        let phase: Phase
        /// What was leased, to the failed step, of those that disrupt.
        let after: [String]

        var testDescription: String { "\(step) in \(phase)" }
    }

    static let breaks = [
        Break(step: "stage/worker-2", phase: .fetch, after: []),
        Break(step: "snapshot/server-1", phase: .verifySnapshot, after: []),
        Break(step: "install/server-1", phase: .check, after: ["install/server-1"]),
        Break(step: "install/server-1", phase: .await, after: ["install/server-1"]),
        Break(step: "drain/worker-1", phase: .cordon, after: ["install/server-1", "drain/worker-1"]),
        Break(step: "drain/worker-1", phase: .evict, after: ["install/server-1", "drain/worker-1"]),
        Break(
            step: "install/worker-1", phase: .place, after: ["install/server-1", "drain/worker-1", "install/worker-1"]),
        Break(
            step: "install/worker-1", phase: .restart,
            after: ["install/server-1", "drain/worker-1", "install/worker-1"]
        ),
        Break(
            step: "uncordon/worker-1", phase: .awaitNode,
            after: ["install/server-1", "drain/worker-1", "install/worker-1"]),
    ]

    @Test(arguments: breaks) func aFailedStepStopsTheRunAndGivesBack(_ break: Break) throws {
        let fleet = Fleet(try Made())
        let step = try #require(StepID(`break`.step))
        fleet.failures = [(step, `break`.phase, 1)]
        try fleet.lead()
        fleet.run()
        guard case .failed(step, let failure) = fleet.ending else {
            Issue.record("it ended \(String(describing: fleet.ending))")
            return
        }
        #expect(failure.code == "scripted")
        #expect(fleet.violations.isEmpty)
        #expect(fleet.grants.filter { StepID($0)?.kind.isDisruptive == true } == `break`.after)
        #expect(fleet.peers.allSatisfy { !$0.unschedulable }, "what was drained was given back before it ended")
        #expect(fleet.peers.allSatisfy { $0.machine?.state.held.isEmpty == true })
        #expect(fleet.peers.allSatisfy { $0.machine?.state.holder == nil && $0.machine?.state.stored?.open == true })
        // The same command again takes up where it stopped.
        try fleet.lead(process: 2, resumes: true)
        fleet.run()
        fleet.expectDone()
    }

    /// A phase that always ends badly because its agent dies.
    @Test func aStepIsLeasedThreeTimesAtMost() throws {
        let made = try Made(workers: 1)
        let fleet = Fleet(made)
        fleet.onSend = { _, node, request in
            if case .grant(let lease) = request, lease.step.kind == .stage, node == made.workers[0] {
                fleet.pass(30)
                fleet.kill(node, for: 100)
            }
        }
        try fleet.lead()
        fleet.run()
        guard case .failed(let step, let failure) = fleet.ending else {
            Issue.record("it ended \(String(describing: fleet.ending))")
            return
        }
        #expect(step?.description == "stage/worker-1")
        #expect(failure.code == "agent-restarted")
        #expect(fleet.grants.filter { $0 == "stage/worker-1" }.count == 3)
    }

    @Test func aGateThatStaysShutStopsTheRun() throws {
        let made = try Made()
        let fleet = Fleet(made)
        fleet.onSend = { _, _, request in
            if case .observe = request { fleet.peers[2].ready = false }
        }
        try fleet.lead()
        fleet.run()
        guard case .failed(nil, let failure) = fleet.ending else {
            Issue.record("it ended \(String(describing: fleet.ending))")
            return
        }
        #expect(failure.code == "gate")
        #expect(failure.message.contains("worker-2 is not Ready"))
        #expect(!fleet.grants.contains("drain/worker-1"))
    }

    /// A node that is not Ready keeps its cordon; nobody waits for it for ever.
    @Test func whatCannotBeGivenBackIsLeftHeld() throws {
        let made = try Made(workers: 1)
        let fleet = Fleet(made)
        fleet.failures = [(try #require(StepID("install/worker-1")), .await, 1)]
        fleet.onSend = { _, _, request in
            if case .grant(let lease) = request, lease.step.description == "install/worker-1" {
                fleet.peers[1].ready = false
            }
        }
        try fleet.lead()
        fleet.run()
        guard case .failed = fleet.ending else {
            Issue.record("it ended \(String(describing: fleet.ending))")
            return
        }
        #expect(fleet.peers[1].mark != nil)
        #expect(fleet.peers[0].machine?.state.held.count == 1)
        // Once it is Ready its holder gives it back by itself.
        fleet.peers[1].ready = true
        fleet.pass(60_000)
        #expect(fleet.peers[1].mark == nil)
        #expect(!fleet.peers[1].unschedulable)
    }

    /// The answer to a grant is lost, and the step ends before the agent can be asked again.
    @Test func aStepThatEndedUnseenIsNotGrantedOnceMore() throws {
        let made = try Made()
        let fleet = Fleet(made)
        try fleet.lead()
        fleet.run { fleet.grants.contains("drain/worker-1") }
        fleet.pass(10)
        fleet.cut(made.servers[0], for: 2_000)
        fleet.run()
        fleet.expectDone()
        #expect(fleet.grants.filter { $0 == "drain/worker-1" }.count == 1)
    }
}
