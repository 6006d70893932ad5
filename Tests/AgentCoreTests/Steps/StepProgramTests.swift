import AgentCore
import Testing
import Wire

@Suite struct StepProgramTests {
    private func phases(_ kind: StepKind, _ node: String, _ method: InstallMethod = .installScript) throws -> [Phase] {
        let made = try Made()
        let plan = Plan(
            run: made.run, purpose: .upgrade, target: made.new, nodes: made.plan.nodes, steps: made.plan.steps,
            release: made.plan.release, policy: Policy(method: method), baseline: made.plan.baseline)
        return StepProgram.phases(of: made.step(kind, try #require(NodeName(node))), in: plan)
    }

    @Test func whatEachStepGoesThrough() throws {
        #expect(try phases(.stage, "server-1") == [.fetch, .saveKit])
        #expect(try phases(.snapshot, "server-1") == [.takeSnapshot, .verifySnapshot])
        #expect(try phases(.drain, "worker-1") == [.cordon, .evict])
        #expect(try phases(.uncordon, "worker-1") == [.awaitNode, .uncordon])
        #expect(
            try phases(.install, "server-1") == [
                .check, .place, .installer, .restoreUnit, .coldCopy, .restart, .await,
            ])
        #expect(try phases(.install, "worker-1") == [.check, .place, .installer, .restoreUnit, .restart, .await])
        #expect(
            try phases(.install, "server-1", .binary) == [.check, .place, .restoreUnit, .coldCopy, .restart, .await])
        #expect(try phases(.rollback, "worker-1") == [.check, .place, .restoreUnit, .restart, .await])
    }

    /// Nothing that stops the service may come before the binary is in place.
    @Test func theReturnIsCutOffFromThePlacingOn() throws {
        let made = try Made()
        for kind in StepKind.allCases {
            let step = made.step(kind, made.server)
            let phases = StepProgram.phases(of: step, in: made.plan)
            let past = phases.filter { StepProgram.isPastReturn($0, of: step, in: made.plan) }
            #expect(past == Array(phases.drop { $0 != .place }))
            #expect(!phases.prefix { $0 != .place }.contains { [.installer, .coldCopy, .restart].contains($0) })
        }
    }

    @Test func eachPhaseHasItsNext() throws {
        let made = try Made()
        let step = made.step(.install, made.worker)
        var walked: [Phase] = []
        var phase: Phase? = .check
        while let current = phase {
            walked.append(current)
            phase = StepProgram.phase(after: current, of: step, in: made.plan)
        }
        #expect(walked == StepProgram.phases(of: step, in: made.plan))
        #expect(StepProgram.phase(after: .evict, of: step, in: made.plan) == nil)
    }
}
