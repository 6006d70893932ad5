import AgentCore
import Testing
import Wire

/// An agent that comes back, out of every journal that a run can leave behind.
@Suite struct RecoveryTests {
    /// The records of an agent's whole run: steps that end well, one that fails, one that is abandoned, a hold that is
    /// given back and a second that is not, another holder, and the conclusion.
    static func fullRun(_ node: String) throws -> [Record] {
        var bench = try Bench(node)
        try bench.lead()
        let made = bench.made
        let name = try #require(NodeName(node))
        try bench.grant(made.step(.stage, name))
        try bench.fail()
        try bench.endWell()
        try bench.grant(made.step(.stage, name))
        bench.now += Lease.longestLife
        try bench.endWell()
        try bench.endWell()
        for step in made.steps(of: name) where step.kind != .uncordon { try bench.finish(step) }
        if name == made.server {
            try bench.ask(.giveBack(GiveBack(epoch: made.epoch, node: made.worker)))
            bench.giveBackEnded(made.worker, gone: true)
            try bench.finish(made.step(.drain, made.worker))
            try bench.finish(made.step(.uncordon, made.worker))
        }
        try bench.ask(.release(made.epoch))
        try bench.ask(.claim(Claim(epoch: made.later, holder: made.second, takeOver: false)))
        try bench.ask(.conclude(Conclude(epoch: made.later, run: made.run)))
        return bench.journal
    }

    struct Prefix: Sendable, CustomTestStringConvertible {
        let node: String
        let records: [Record]
        let rest: [Record]
        let placed: Bool

        var testDescription: String { "\(node), \(records.count) records, \(placed ? "" : "not ")placed" }
    }

    static func prefixes() throws -> [Prefix] {
        try ["server-1", "worker-1"].flatMap { node in
            let records = try fullRun(node)
            return (0...records.count).flatMap { length in
                [true, false].map {
                    Prefix(
                        node: node, records: Array(records.prefix(length)), rest: Array(records.dropFirst(length)),
                        placed: $0)
                }
            }
        }
    }

    @Test func theRunLeavesEveryKindOfRecord() throws {
        let kinds = Set(try Self.fullRun("server-1").map(kind))
        #expect(
            kinds == [
                "promised", "released", "planStored", "stepStarted", "phaseEntered", "undoing", "stepEnded", "held",
                "heldEnded", "concluded",
            ])
    }

    private func kind(_ record: Record) -> String {
        switch record {
        case .promised: "promised"
        case .released: "released"
        case .planStored: "planStored"
        case .stepStarted: "stepStarted"
        case .phaseEntered: "phaseEntered"
        case .undoing: "undoing"
        case .stepEnded: "stepEnded"
        case .held: "held"
        case .heldEnded: "heldEnded"
        case .concluded: "concluded"
        case .checkpoint: "checkpoint"
        }
    }

    /// An open step is finished if its binary is in place, and undone otherwise; either way it ends.
    @Test(arguments: try prefixes()) func comesBack(_ prefix: Prefix) throws {
        let open = AgentState(records: prefix.records).current
        var bench = try Bench(prefix.node, journal: prefix.records, placed: prefix.placed)
        guard let open else {
            #expect(bench.last.isEmpty)
            #expect(bench.effect == nil)
            return
        }
        let plan = bench.made.plan
        let past = StepProgram.isPastReturn(open.phase, of: open.step, in: plan) && open.undoing == nil
        let finishes = past && (open.phase != .place || prefix.placed)
        let first = try #require(bench.effect)
        #expect(first.step == open.step)
        #expect(first.facts == open.facts)
        #expect(first.work == (finishes ? .phase(open.phase) : .undo(open.phase)))
        var performed: [Effect.Work] = []
        while let effect = bench.effect {
            performed.append(effect.work)
            try bench.endWell()
        }
        #expect(bench.state.current == nil)
        let outcome = try #require(bench.state.outcomes.last)
        #expect(outcome.step == open.step)
        #expect(outcome.attempt == open.attempt)
        if finishes {
            let phases = StepProgram.phases(of: open.step, in: plan)
            #expect(performed == phases.drop { $0 != open.phase }.map { .phase($0) })
            #expect(outcome.result == .done)
        } else {
            #expect(performed == [.undo(open.phase)])
            #expect(outcome.result == open.undoing?.result ?? .abandoned)
            #expect(!outcome.passedPointOfNoReturn)
        }
    }

    /// What the agent said before, it still says: the state is the fold of what is on disk.
    @Test(arguments: try prefixes()) func theStateIsTheFold(_ prefix: Prefix) throws {
        let state = AgentState(records: prefix.records)
        var step = AgentState()
        for record in prefix.records { step.apply(record) }
        #expect(step == state)
        #expect(
            AgentState(records: [.checkpoint(state)] + prefix.rest)
                == AgentState(records: prefix.records + prefix.rest))
    }

    @Test(arguments: try prefixes()) func aCheckpointComesBackFromItsText(_ prefix: Prefix) throws {
        let record = Record.checkpoint(AgentState(records: prefix.records))
        let text = try FrameCodec.text(of: record)
        #expect(try FrameCodec.decodeStrictly(Record.self, from: text) == record)
    }

    @Test func twoCrashesInARowDoNoHarm() throws {
        for prefix in try Self.prefixes() where AgentState(records: prefix.records).current != nil {
            let once = try Bench(prefix.node, journal: prefix.records, placed: prefix.placed)
            let twice = try Bench(prefix.node, journal: once.journal, placed: prefix.placed)
            #expect(twice.effect?.work == once.effect?.work, "\(prefix.testDescription)")
            #expect(twice.journal == once.journal)
        }
    }

    @Test func anUndoingThatWasCutShortIsDoneAgain() throws {
        var bench = try Bench()
        try bench.lead()
        try bench.bring(bench.made.step(.drain, bench.made.worker), to: .evict)
        try bench.fail()
        var next = try Bench(journal: bench.journal)
        #expect(next.effect?.work == .undo(.evict))
        try next.endWell()
        #expect(next.state.outcomes.last?.result == .failed)
        #expect(next.state.outcomes.last?.failure == Made.failure)
    }

    @Test func aStepWhosePlanIsLostIsEndedAndSaidSo() throws {
        var bench = try Bench()
        try bench.lead()
        try bench.bring(bench.made.step(.install, bench.made.server), to: .restart)
        let journal = bench.journal.map { record -> Record in
            if case .planStored = record { .planStored(text: "torn", digest: "x") } else { record }
        }
        let next = try Bench(journal: journal, placed: true)
        #expect(next.effect == nil)
        #expect(next.state.current == nil)
        #expect(next.state.outcomes.last?.failure?.code == "plan-lost")
    }
}
