import CoordinatorCommands
import Testing
import Wire

@Suite struct LastRunTextTests {
    static func last() throws -> LastRunView {
        var last = LastRunView(
            run: try #require(RunID("r1")), purpose: .upgrade, target: try Samples.version("v1.35.1+k3s1"),
            isOpen: true, holder: Holder(who: "ops", machine: "laptop", process: 42, since: 1_763_800_000),
            holderSilent: 1500)
        let (master, worker) = (try Samples.name("k3s-master"), try Samples.name("k3s-worker-01"))
        let epoch = Epoch(counter: 3, process: 7)
        func outcome(_ kind: StepKind, _ node: NodeName, _ result: StepOutcome.Result = .done) -> StepOutcome {
            let failure = Failure(code: "lease-ended", message: "its lease ended", wayOut: "")
            return StepOutcome(
                step: StepID(kind: kind, node: node), epoch: epoch, attempt: 1, result: result,
                failure: result == .done ? nil : failure)
        }
        last.outcomes = [
            outcome(.stage, worker), outcome(.stage, master), outcome(.snapshot, master), outcome(.drain, worker),
            outcome(.stage, try Samples.name("k3s-worker-02"), .abandoned),
        ]
        last.running = [
            LastRunView.Running(
                executor: worker,
                step: RunningStep(
                    step: StepID(kind: .install, node: worker), epoch: epoch, phase: .await,
                    passedPointOfNoReturn: true,
                    undoing: false))
        ]
        last.held = [LastRunView.Held(node: worker, by: master)]
        return last
    }

    @Test func aRunThatNobodyLeadsSaysHowToGoOn() throws {
        var last = try Self.last()
        last.holder = nil
        let lines = LastRunText(last).lines
        #expect(lines.first == "run r1, upgrade to v1.35.1+k3s1, is not over: nobody leads it")
        #expect(lines.last?.contains("coordinator upgrade --to v1.35.1+k3s1") == true)
    }

    @Test func ofAConcludedRunItSaysWhatWasDone() throws {
        var last = try Self.last()
        last.isOpen = false
        last.running = []
        last.held = []
        #expect(
            LastRunText(last).lines == [
                "last run r1, upgrade to v1.35.1+k3s1: concluded", "  release staged on k3s-master, k3s-worker-01",
                "  snapshot taken by k3s-master", "  drained k3s-worker-01",
                "  given up and undone: stage/k3s-worker-02: its lease ended",
            ])
    }

    @Test func aStepThatAnotherNodesAgentDoesNamesIt() throws {
        var last = try Self.last()
        last.running[0].executor = try Samples.name("k3s-master")
        last.running[0].step = RunningStep(
            step: StepID(kind: .drain, node: try Samples.name("k3s-worker-02")), epoch: Epoch(counter: 3, process: 7),
            phase: .evict, passedPointOfNoReturn: false, undoing: false)
        #expect(
            LastRunText(last).lines.contains(
                "  now: drain/k3s-worker-02 by k3s-master, evict; it is undone if its coordinator is gone"))
    }
}
