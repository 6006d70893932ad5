import AgentCore
import CoordinatorCore
import Testing
import Wire

/// How a run leaves: what it gives back, whom it tells, and what it calls its end.
@Suite struct RolloutEndingTests {
    /// What a dead coordinator left is given back, and nothing is begun.
    @Test func aReleaseGivesBackAndBeginsNothing() throws {
        let made = try Made()
        let fleet = Fleet(made)
        try fleet.lead()
        fleet.run { fleet.peers[0].machine?.state.held.isEmpty == false }
        fleet.killCoordinator()
        try fleet.lead(process: 2, resumes: true, releases: true)
        fleet.run()
        #expect(fleet.ending == .released)
        #expect(fleet.grants.isEmpty)
        for peer in fleet.peers {
            #expect(!peer.unschedulable)
            #expect(peer.machine?.state.held.isEmpty == true)
            #expect(peer.machine?.state.holder == nil)
        }
        try fleet.lead(process: 3, resumes: true)
        fleet.run()
        fleet.expectDone()
    }

    /// An operator who thinks better of it has not been given anything back.
    @Test func aReleaseThatIsInterruptedIsNoRelease() throws {
        let fleet = Fleet(try Made())
        try fleet.lead()
        fleet.run { fleet.peers[0].machine?.state.held.isEmpty == false }
        fleet.killCoordinator()
        try fleet.lead(process: 2, resumes: true, releases: true)
        fleet.interrupt()
        fleet.run()
        #expect(fleet.ending == .interrupted)
    }

    /// The link to the server that holds a node, or to the node, is down just when the run gives back.
    @Test(arguments: [0, 1, 2]) func whoIsAwayJustThenIsWaitedFor(_ away: Int) throws {
        let made = try Made()
        let fleet = Fleet(made)
        try fleet.lead()
        fleet.run { fleet.grants.contains("install/worker-1") }
        fleet.interrupt()
        fleet.run { fleet.peers[1].machine?.state.current != nil }
        fleet.cut(made.names[away], for: 20_000)
        fleet.run()
        #expect(fleet.ending != .done)
        #expect(fleet.peers.allSatisfy { !$0.unschedulable && $0.machine?.state.held.isEmpty == true })
        #expect(fleet.violations.isEmpty)
    }

    /// An agent whose disk is full for a while cannot write that the run is over: it is asked until it has.
    @Test func aConclusionThatIsRefusedIsAskedForAgain() throws {
        let made = try Made()
        let fleet = Fleet(made)
        var times = 0
        fleet.onSend = { _, node, request in
            guard case .conclude = request, node == made.workers[1] else { return }
            times += 1
        }
        fleet.block = { node, request in
            guard case .conclude = request, node == made.workers[1], times < 4 else { return nil }
            return Refusal(.journal, "the disk is full")
        }
        try fleet.lead()
        fleet.run()
        fleet.expectDone()
        #expect(times == 4)
        #expect(fleet.peers.allSatisfy { $0.machine?.state.stored?.open == false })
    }

    /// Who never learns of the end is named, and keeps nobody from it.
    @Test func whoCannotBeToldOfTheEndIsNamed() throws {
        let made = try Made()
        let fleet = Fleet(made)
        fleet.onSend = { _, node, request in
            if case .conclude = request, node == made.workers[1] { fleet.cut(node, for: 10_000_000) }
        }
        try fleet.lead()
        fleet.run()
        #expect(fleet.ending == .done)
        #expect(fleet.notes.last == .stillOpen([made.workers[1]]))
    }
}
