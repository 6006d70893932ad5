import AgentCore
import Testing
import Wire

@Suite struct AgentStateTests {
    @Test func aPromiseIsNeverLowered() throws {
        let made = try Made()
        let records: [Record] = [.promised(made.later, made.second), .promised(made.epoch, made.holder)]
        let state = AgentState(records: records)
        #expect(state.promised == made.later)
        #expect(state.holder == made.second)
        let older = AgentState(records: [.promised(made.epoch, made.holder)])
        #expect(AgentState(records: [.promised(made.later, made.second), .checkpoint(older)]).promised == made.later)
    }

    /// The promise is kept a second time, and that copy is read after the journal.
    @Test(arguments: [Record.released, .concluded])
    func thePromisesSecondCopyBringsBackNoHolderThatLeft(_ leaving: Record) throws {
        let made = try Made()
        let promise = Record.promised(made.epoch, made.holder)
        let state = AgentState(records: [promise, leaving, promise])
        #expect(state.promised == made.epoch)
        #expect(state.holder == nil)
    }

    @Test func recordsWithoutTheirBeginningDoNoHarm() throws {
        let made = try Made()
        let outcome = StepOutcome(
            step: made.step(.stage, made.server), epoch: made.epoch, attempt: 1, result: .done)
        let records: [Record] = [
            .released, .phaseEntered(.place, StepFacts()), .undoing(.abandoned, nil), .heldEnded(made.worker),
            .concluded, .stepEnded(outcome),
        ]
        #expect(AgentState(records: records).outcomes == [outcome])
        #expect(AgentState(records: records).current == nil)
    }

    /// A checkpoint may say any number.
    @Test func attemptsAreNotCountedOverTheEnd() throws {
        let made = try Made()
        let step = made.step(.stage, made.server)
        let text = """
            {"attempts":[{"count":9223372036854775807,"step":"\(step)"}],"held":[],"outcomes":[]}
            """
        let state = try FrameCodec.decode(AgentState.self, from: Array(text.utf8))
        let next = AgentState(records: [.checkpoint(state), .stepStarted(step, made.epoch, .fetch)])
        #expect(next.current?.attempt == .max)
    }

    @Test func aStepHasOneOutcomeItsLatest() throws {
        let made = try Made()
        let step = made.step(.stage, made.server)
        func outcome(_ attempt: Int, _ result: StepOutcome.Result) -> StepOutcome {
            StepOutcome(step: step, epoch: made.epoch, attempt: attempt, result: result)
        }
        var state = AgentState(records: [.stepEnded(outcome(1, .failed)), .stepEnded(outcome(2, .done))])
        #expect(state.outcomes == [outcome(2, .done)])
        state.apply(.stepStarted(step, made.epoch, .fetch))
        #expect(state.outcomes.isEmpty)
    }

    @Test func attemptsAreCountedPerRun() throws {
        let made = try Made()
        let step = made.step(.stage, made.server)
        let plan = Record.planStored(text: try made.text, digest: "1")
        let started = Record.stepStarted(step, made.epoch, .fetch)
        #expect(AgentState(records: [plan, started, started]).current?.attempt == 2)
        #expect(AgentState(records: [plan, started, plan, started]).current?.attempt == 2)
        let next = made.plan(try #require(RunID("run-2")))
        let other = Record.planStored(text: try Made.text(of: next), digest: "2")
        #expect(AgentState(records: [plan, started, other, started]).current?.attempt == 1)
    }

    @Test func aHoldOutlivesItsRunsPlan() throws {
        let made = try Made()
        let hold = HeldDrain(node: made.worker, run: made.run, epoch: made.epoch, target: made.new, limit: 1)
        let next = made.plan(try #require(RunID("run-2")))
        let state = AgentState(records: [
            .planStored(text: try made.text, digest: "1"), .held(hold), .concluded,
            .planStored(text: try Made.text(of: next), digest: "2"),
        ])
        #expect(state.held == [hold])
    }

    @Test func aNodeIsHeldOnce() throws {
        let made = try Made()
        func hold(_ epoch: Epoch) -> HeldDrain {
            HeldDrain(node: made.worker, run: made.run, epoch: epoch, target: made.new, limit: 1)
        }
        #expect(AgentState(records: [.held(hold(made.epoch)), .held(hold(made.later))]).held == [hold(made.later)])
    }
}
