import AgentCore
import CoordinatorCore
import Testing
import Wire

/// Two coordinators, and one that cannot reach everybody.
@Suite struct RolloutLockTests {
    /// A fleet whose coordinator died in the middle of draining the first worker.
    private func orphaned(_ made: Made) throws -> Fleet {
        let fleet = Fleet(made)
        try fleet.lead()
        fleet.run { fleet.grants.contains("drain/worker-1") }
        fleet.pass(150)
        fleet.killCoordinator()
        return fleet
    }

    @Test func aSilentHolderIsWaitedFor() throws {
        let fleet = try orphaned(try Made())
        let before = fleet.now
        try fleet.lead(process: 2, resumes: true)
        fleet.run { fleet.notes.contains { if case .claimed = $0 { true } else { false } } }
        #expect((20_000...35_000).contains(fleet.now - before))
        let waited = fleet.notes.contains { note in
            if case .waitingForHolder(let refusal) = note { refusal.holder?.machine == "m1" } else { false }
        }
        #expect(waited)
        fleet.run()
        fleet.expectDone()
    }

    @Test func whoEndsWhatAnEarlierStartBeganIsNamed() throws {
        let made = try Made()
        let fleet = Fleet(made)
        try fleet.lead()
        fleet.run { fleet.peers[1].restarts == 1 }
        fleet.killCoordinator()
        try fleet.lead(process: 2, takeOver: true, resumes: true)
        fleet.run()
        fleet.expectDone()
        #expect(fleet.notes.contains(.settling([made.workers[0]])))
    }

    @Test func aLiveHolderIsToldOfAndLeftAlone() throws {
        let made = try Made()
        let fleet = Fleet(made)
        let holder = Holder(who: "other", machine: "m9", process: 9, since: 0)
        let epoch = Epoch(counter: 1, process: 9)
        fleet.tell(made.servers[0], .claim(Claim(epoch: epoch, holder: holder, takeOver: false)))
        // The other beats whenever it is asked about.
        fleet.onSend = { _, _, request in
            guard case .claim = request else { return }
            fleet.tell(made.servers[0], .beat(epoch))
        }
        try fleet.lead()
        fleet.run()
        guard case .held(let node, let refusal) = fleet.ending else {
            Issue.record("it ended \(String(describing: fleet.ending))")
            return
        }
        #expect(node == made.servers[0])
        #expect(refusal.holder == holder)
        #expect(fleet.orders.filter { $0.hasPrefix("claim") }.allSatisfy { $0 == "claim server-1" })
        #expect(fleet.peers[0].machine?.state.promised == epoch)
        #expect(fleet.violations.isEmpty)
    }

    /// Agents tell every connection of their steps, that of whoever does not hold the lock too.
    @Test func stepsOfTheHolderAreNotToldAsOurs() throws {
        let made = try Made()
        let fleet = Fleet(made)
        let epoch = Epoch(counter: 1, process: 9)
        let step = try #require(StepID("snapshot/\(made.servers[0])"))
        func isTold() throws -> Bool {
            var rollout = try #require(fleet.rollout)
            let progress = Progress(step: step, epoch: epoch, phase: .takeSnapshot)
            return rollout.event(made.servers[0], .progress(progress), at: fleet.now).contains { action in
                if case .note(.phase) = action { true } else { false }
            }
        }
        try fleet.lead()
        #expect(try !isTold(), "while it asks who holds the lock")
        fleet.run { fleet.notes.contains { if case .claimed = $0 { true } else { false } } }
        #expect(try isTold(), "while what an earlier start began comes to its end")
    }

    /// One that loses at the second server lets go of the first.
    @Test func aLoserReleases() throws {
        let made = try Made(servers: 2, workers: 1)
        let fleet = Fleet(made)
        let epoch = Epoch(counter: 9, process: 9)
        let holder = Holder(who: "other", machine: "m9", process: 9, since: 0)
        fleet.onSend = { _, node, request in
            guard case .claim = request, node == made.servers[1] else { return }
            fleet.tell(node, .claim(Claim(epoch: epoch, holder: holder, takeOver: true)))
        }
        try fleet.lead()
        fleet.run()
        guard case .held(made.servers[1], let refusal) = fleet.ending else {
            Issue.record("it ended \(String(describing: fleet.ending))")
            return
        }
        #expect(refusal.code == .fenced)
        #expect(fleet.orders.suffix(1) == ["release server-1"])
        #expect(fleet.peers[0].machine?.state.holder == nil)
        #expect(fleet.peers[2].machine?.state.promised == nil)
    }

    @Test(arguments: 0..<3) func oneThatIsTakenOverEnds(_ victim: Int) throws {
        let made = try Made()
        let fleet = Fleet(made)
        try fleet.lead()
        fleet.run { fleet.grants.contains("drain/worker-1") }
        let epoch = Epoch(counter: 7, process: 9)
        let claim = Claim(epoch: epoch, holder: Holder(who: "o", machine: "m9", process: 9, since: 0), takeOver: true)
        fleet.tell(made.names[victim], .claim(claim))
        let before = fleet.now
        fleet.run()
        guard case .fenced(let node, let refusal) = fleet.ending else {
            Issue.record("it ended \(String(describing: fleet.ending))")
            return
        }
        #expect(node == made.names[victim])
        #expect(refusal.holder?.machine == "m9")
        #expect(fleet.now - before < 7_000, "the next sign of life tells it")
        for (index, peer) in fleet.peers.enumerated() where index != victim {
            #expect(peer.machine?.state.holder == nil, "\(peer.name) was let go of")
        }
    }

    @Test func whoDoesNotAnswerIsNamed() throws {
        let made = try Made()
        let fleet = Fleet(made)
        try fleet.lead(except: [made.workers[1]])
        fleet.run()
        #expect(fleet.ending == .unreachable([made.workers[1]]))
        #expect(fleet.orders == ["status server-1", "status worker-1"], "nobody was asked for a promise")
        #expect(fleet.now < 40_000)
    }

    @Test func aMajorityOfTheServersIsNeverAssumedDown() throws {
        for (servers, down, refused) in [(1, 1, true), (2, 1, true), (3, 2, true), (3, 1, false), (5, 2, false)] {
            let made = try Made(servers: servers, workers: 0)
            let fleet = Fleet(made)
            let absent = Array(made.servers.suffix(down))
            try fleet.lead(assumeDown: absent, except: absent)
            fleet.pass(1_000)
            if refused {
                guard case .failed(nil, let failure) = fleet.ending else {
                    Issue.record("\(servers) servers: it ended \(String(describing: fleet.ending))")
                    continue
                }
                #expect(failure.code == "too-many-assumed-down")
                #expect(fleet.sent.isEmpty)
            } else {
                #expect(fleet.orders.contains("store-plan server-1"))
            }
        }
    }

    @Test func anEpochThatCannotBeToppedEndsTheRun() throws {
        let made = try Made(workers: 0)
        let fleet = Fleet(made)
        fleet.peers[0].journal = [
            .promised(Epoch(counter: .max, process: 1), Holder(who: "", machine: "", process: 0, since: 0))
        ]
        fleet.kill(made.servers[0], for: 10)
        fleet.pass(20)
        try fleet.lead()
        fleet.run()
        guard case .failed(nil, let failure) = fleet.ending else {
            Issue.record("it ended \(String(describing: fleet.ending))")
            return
        }
        #expect(failure.code == "no-epoch-left")
    }

    // MARK: Other runs

    @Test func anOpenRunIsNotReplacedUnasked() throws {
        let made = try Made(workers: 1)
        let first = Fleet(made)
        try first.lead()
        first.run { first.grants.contains("stage/worker-1") }
        first.killCoordinator()
        let next = Fleet(made, plan: try Made(workers: 1, run: "run-2").plan)
        next.peers = first.peers
        next.pass(40_000)
        try next.lead(process: 2)
        next.run()
        guard case .failed(nil, let failure) = next.ending else {
            Issue.record("it ended \(String(describing: next.ending))")
            return
        }
        #expect(failure.code == "refused-plan")
        #expect(failure.message.contains("run-1"))
        #expect(next.grants.isEmpty)
    }

    /// An agent that was not told of its run's end keeps no later run from beginning.
    @Test func aRunThatIsOverElsewhereIsOver() throws {
        let made = try Made(workers: 1)
        let first = Fleet(made)
        first.onSend = { _, node, request in
            if case .conclude = request, node == made.workers[0] { first.cut(node, for: 60_000) }
        }
        try first.lead()
        first.run()
        #expect(first.ending == .done)
        first.pass(40_000)
        #expect(first.peers.map { $0.machine?.state.stored?.open } == [false, true])
        let next = Fleet(made, plan: try Made(workers: 1, run: "run-2").plan)
        next.peers = first.peers.map { peer in
            var peer = peer
            (peer.binary, peer.running, peer.restarts) = (made.old, made.old, 0)
            return peer
        }
        try next.lead(process: 2)
        next.run()
        next.expectDone()
        #expect(next.orders.first { $0.hasPrefix("store-plan") } == "store-plan worker-1")
    }

    /// Another run led over the nodes of one that was left behind, all of them on their former version.
    private func superseding(_ first: Fleet, _ made: Made) throws -> Fleet {
        let next = Fleet(made, plan: try Made(run: "run-2").plan)
        next.peers = first.peers.map { peer in
            var peer = peer
            (peer.binary, peer.running, peer.restarts) = (made.old, made.old, 0)
            return peer
        }
        try next.lead(process: 2, takeOver: true, supersede: true)
        return next
    }

    /// What a run left drained is given back before the one that replaces it disrupts a server.
    @Test func aSupersededRunsHoldIsGivenBackFirst() throws {
        let made = try Made()
        let next = try superseding(try heldByADeadRun(made), made)
        next.run()
        next.expectDone()
        let orders = next.orders
        let back = try #require(orders.firstIndex(of: "give-back server-1"))
        #expect(back < (try #require(orders.firstIndex { $0.hasPrefix("install") })))
    }

    /// Its coordinator died before that, and nobody wants to go on with either run.
    @Test func aReleaseGivesBackWhatASupersededRunHoldsToo() throws {
        let made = try Made()
        let next = try superseding(try heldByADeadRun(made), made)
        next.run { next.notes.contains(.planStored) }
        next.killCoordinator()
        try next.lead(process: 3, resumes: true, releases: true)
        next.run()
        #expect(next.ending == .released)
        #expect(next.peers.allSatisfy { !$0.unschedulable && $0.machine?.state.held.isEmpty == true })
        #expect(next.grants.isEmpty)
    }

    /// The agent that holds the node cannot be asked for a while: its word is still waited for.
    @Test func aHoldIsWaitedForWhenItsHolderIsLost() throws {
        let made = try Made()
        let next = try superseding(try heldByADeadRun(made), made)
        next.run { next.notes.contains(.givingBack(made.workers[0])) }
        next.cut(made.servers[0], for: 3_000)
        next.run()
        next.expectDone()
    }

    /// The way back for a worker whose install failed: its cordon is the failed run's, and must still come off.
    @Test func aRollbackTakesTheFailedRunsHoldOver() throws {
        let made = try Made()
        let first = try heldByADeadRun(made)
        let plan = made.planner().rollback(of: made.workers[0], to: made.old, run: try #require(RunID("back-1")))
        let next = Fleet(made, plan: plan)
        next.peers = first.peers
        next.peers[1].binary = made.new
        next.peers[1].running = made.new
        try next.lead(process: 2, takeOver: true, supersede: true)
        next.run()
        #expect(next.ending == .done)
        #expect(next.violations.isEmpty)
        #expect(next.peers[1].mark == nil)
        #expect(!next.peers[1].unschedulable)
        #expect(next.peers[1].running == made.old)
        #expect(next.peers.allSatisfy { $0.machine?.state.held.isEmpty == true })
    }

    /// A fleet whose first worker is drained and held, its coordinator dead, and every agent idle.
    private func heldByADeadRun(_ made: Made) throws -> Fleet {
        let fleet = Fleet(made)
        try fleet.lead()
        fleet.run { fleet.peers[0].machine?.state.held.isEmpty == false }
        fleet.killCoordinator()
        #expect(fleet.peers[1].mark?.run == made.run)
        fleet.pass(500)
        return fleet
    }

    /// Two operators began at once, and each plan got to some agents only: neither can have begun anything.
    @Test func aRunThatNeverBeganIsLeftBehind() throws {
        let made = try Made(servers: 1, workers: 2)
        let other = try Made(servers: 1, workers: 2, run: "run-9")
        let fleet = Fleet(made)
        let epoch = Epoch(counter: 1, process: 9)
        let holder = Holder(who: "other", machine: "m9", process: 9, since: 0)
        for (node, plan) in [(made.servers[0], made.plan), (made.workers[1], other.plan)] {
            fleet.tell(node, .claim(Claim(epoch: epoch, holder: holder, takeOver: false)))
            let text = String(decoding: try FrameCodec.text(of: plan), as: UTF8.self)
            fleet.tell(node, .storePlan(StorePlan(epoch: epoch, text: text, supersede: false)))
            fleet.tell(node, .release(epoch))
        }
        try fleet.lead(process: 2, resumes: true)
        fleet.run()
        fleet.expectDone()
    }

    /// Every agent has left the run behind since its resume was asked for: it is not taken up again, for what was done
    /// in it is forgotten.
    /// No more so when the other is over: its version may be a later one.
    @Test(arguments: [false, true])
    func aRunThatWasLeftBehindEverywhereIsNotTakenUpAgain(_ otherIsOver: Bool) throws {
        let made = try Made()
        let other = try Made(run: "run-9")
        let fleet = Fleet(made)
        for node in made.names {
            try tell(fleet, node, made.plan, counter: 1)
            try tell(fleet, node, other.plan, counter: 2, concluding: otherIsOver)
        }
        try fleet.lead(process: 3, resumes: true)
        fleet.run()
        guard case .failed(nil, let failure) = fleet.ending else {
            Issue.record("it ended with \(String(describing: fleet.ending))")
            return
        }
        #expect(failure.code == "overtaken")
        #expect(fleet.grants.isEmpty)
        #expect(fleet.peers.allSatisfy { $0.machine?.state.stored?.plan.run == other.run })
    }

    /// A server was down while all others left the run behind and ended another: what it keeps open is not taken up, and
    /// the next run replaces it there.
    @Test func aRunThatOneAgentAloneStillKeepsIsNotTakenUpAgain() throws {
        let made = try Made(servers: 3, workers: 1)
        let other = try Made(servers: 3, workers: 1, run: "run-9")
        let fleet = Fleet(made)
        for node in made.names { try tell(fleet, node, made.plan, counter: 1) }
        for node in made.names.dropFirst() { try tell(fleet, node, other.plan, counter: 2, concluding: true) }
        try fleet.lead(process: 3, resumes: true)
        fleet.run()
        guard case .failed(nil, let failure) = fleet.ending else {
            Issue.record("it ended with \(String(describing: fleet.ending))")
            return
        }
        #expect(failure.code == "overtaken")
        #expect(fleet.grants.isEmpty)
        let next = Fleet(made, plan: try Made(servers: 3, workers: 1, run: "run-10").plan)
        next.peers = fleet.peers
        try next.lead(process: 4)
        next.run()
        next.expectDone()
    }

    /// Some agents have left the run behind, and with it what was done on them: a gate judges before anything begins.
    @Test func aRunThatSomeHaveForgottenGoesOnThroughAGate() throws {
        let made = try Made()
        let other = try Made(run: "run-9")
        let fleet = Fleet(made)
        for node in made.names { try tell(fleet, node, made.plan, counter: 1) }
        for node in made.workers { try tell(fleet, node, other.plan, counter: 2) }
        try fleet.lead(process: 3, resumes: true)
        fleet.run()
        fleet.expectDone()
        let opened = try #require(fleet.notes.firstIndex(of: .gateOpened))
        let begun = try #require(fleet.notes.firstIndex { if case .stepStarted = $0 { true } else { false } })
        #expect(opened < begun)
    }

    /// The first worker was done and has forgotten it, the second is held drained: that one is given back before the
    /// first is drained again, and the first's uncordon is not taken for done because it was once.
    @Test(arguments: [false, true])
    func whatARunHoldsIsGivenBackWhereItIsForgotten(_ isHeld: Bool) throws {
        let made = try Made()
        let other = try Made(run: "run-9")
        let fleet = Fleet(made)
        try fleet.lead()
        let second = StepID(kind: .drain, node: made.workers[1])
        fleet.run {
            let state = fleet.peers[0].machine?.state
            return isHeld
                ? state?.held.contains { $0.node == made.workers[1] } == true
                : state?.outcomes.contains { $0.step.kind == .uncordon } == true
        }
        fleet.killCoordinator()
        fleet.pass(500)
        #expect(fleet.grants.contains("\(second)") == isHeld)
        for node in made.workers { try tell(fleet, node, other.plan, counter: 2) }
        try fleet.lead(process: 3, takeOver: true, resumes: true)
        fleet.run()
        fleet.expectDone()
        #expect(fleet.notes.contains(.givingBack(made.workers[1])) == isHeld)
    }

    /// A node may tell any number, and the coordinator reckons with it.
    @Test(arguments: [Int.max, .min, 0])
    func whateverSilenceIsToldTheHolderIsBelievedAlive(_ silent: Int) throws {
        let made = try Made(servers: 1, workers: 0)
        let node = made.servers[0]
        let setup = Rollout.Setup(
            plan: made.plan, planText: "", planDigest: "",
            holder: Holder(who: "me", machine: "m", process: 1, since: 0), process: 1)
        var rollout = Rollout(setup, at: 0)
        var actions = rollout.linkUp(node, at: 0)
        let refusal = Refusal(.held, "held", silent: silent)
        for now in stride(from: 500, to: 5_000, by: 500) {
            var next: [Rollout.Action] = []
            for case .send(_, let id, let request) in actions {
                let answer: Answer
                switch request {
                case .claim: answer = .refused(refusal)
                default:
                    answer = .report(
                        AgentReport(
                            nonce: nil, promised: nil, holder: nil, holderSilent: nil, run: nil, running: nil,
                            outcomes: [], held: []))
                }
                next += rollout.answered(node, id: id, answer, at: now)
            }
            for case .finish(let ending) in next {
                #expect(ending == .held(node, refusal))
                let progress = Progress(
                    step: StepID(kind: .stage, node: node), epoch: Epoch(counter: 1, process: 1), phase: .fetch)
                #expect(rollout.event(node, .progress(progress), at: now) == [], "nothing comes behind the end")
                return
            }
            actions = next + rollout.tick(at: now)
        }
        Issue.record("it does not end")
    }

    /// Somebody else takes a node over, stores a plan there and leaves.
    private func tell(
        _ fleet: Fleet, _ node: NodeName, _ plan: Plan, counter: UInt64, concluding: Bool = false
    ) throws {
        let epoch = Epoch(counter: counter, process: 9)
        let holder = Holder(who: "other", machine: "m9", process: 9, since: 0)
        fleet.tell(node, .claim(Claim(epoch: epoch, holder: holder, takeOver: true)))
        let text = String(decoding: try FrameCodec.text(of: plan), as: UTF8.self)
        fleet.tell(node, .storePlan(StorePlan(epoch: epoch, text: text, supersede: true)))
        fleet.tell(node, concluding ? .conclude(Conclude(epoch: epoch, run: plan.run)) : .release(epoch))
    }
}
