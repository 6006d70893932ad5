import LabSupport
import Subprocess
import Testing
import Wire

/// A worker's agent that hands out a plan which no coordinator made.
@Suite struct StrangePlanTests {
    private static let worker = "k3s-worker-01"

    @Test func aPlanWithoutItsSnapshotIsNotGoneOnWith() async throws {
        try await UpgradeScene.with(LabClusterConfiguration(workers: 1)) { scene in
            let run = scene.startUpgrade()
            try await run.says("stage/k3s-master: running", within: .seconds(180))
            try await run.send(.interrupt)
            #expect(try await run.outcome(within: UpgradeScene.deadline).status == .exited(130))
            try await Self.putInItsPlace(scene) { steps in steps.filter { $0.kind != .snapshot } }

            let outcome = try await scene.upgrade()
            #expect(outcome.status == .exited(3), "\(outcome)")
            #expect(outcome.errors.contains("its steps or their order are others"), "\(outcome)")
            for host in scene.lab.hosts { #expect(try await scene.stops(on: host.name) == 0) }
            try await scene.expectUpgraded(scene.upgrade("--supersede"))
        }
    }

    /// A run that the worker alone knows of is begun on nothing that a new run would not be begun on.
    @Test func aRunThatOnlyAWorkerKnowsIsCheckedAsANewOne() async throws {
        try await UpgradeScene.with(LabClusterConfiguration(workers: 1)) { scene in
            let run = scene.startUpgrade()
            try await run.says("stage/k3s-master: running", within: .seconds(180))
            try await run.send(.interrupt)
            #expect(try await run.outcome(within: UpgradeScene.deadline).status == .exited(130))
            try await Self.putInItsPlace(scene) { $0 }
            try await scene.lab.fill("k3s-master", leaving: 1 << 20)
            let outcome = try await scene.upgrade()
            #expect(outcome.status == .exited(3), "\(outcome)")
            #expect(outcome.errors.contains("k3s-master"), "\(outcome)")
            try await scene.lab.unfill("k3s-master")
            try await scene.expectUpgraded(scene.upgrade())
        }
    }

    /// The run is over at the server, and the worker keeps another open.
    private static func putInItsPlace(_ scene: UpgradeScene, _ change: ([Step]) -> [Step]) async throws {
        for host in ["k3s-master", worker] {
            let talk = try await AgentTalk.open(to: host, in: scene.lab)
            let before = try await talk.report(.status)
            let epoch = Epoch(counter: try #require(before.promised).counter + 1, process: 1)
            let holder = Holder(who: "a test", machine: "here", process: 1, since: 0)
            _ = try await talk.report(.claim(Claim(epoch: epoch, holder: holder, takeOver: true)))
            guard case .plan(let text) = try await talk.ask(.fetchPlan) else {
                throw UnexpectedAnswer(answer: .plan(""))
            }
            let plan = try FrameCodec.decodeStrictly(Plan.self, from: Array(text.utf8))
            if host == worker {
                let other = Plan(
                    run: try #require(RunID("another")), purpose: plan.purpose, target: plan.target, nodes: plan.nodes,
                    steps: change(plan.steps), release: plan.release, policy: plan.policy, baseline: plan.baseline)
                let otherText = String(decoding: try FrameCodec.text(of: other), as: UTF8.self)
                _ = try await talk.report(.storePlan(StorePlan(epoch: epoch, text: otherText, supersede: true)))
                _ = try await talk.report(.release(epoch))
            } else {
                _ = try await talk.report(.conclude(Conclude(epoch: epoch, run: plan.run)))
            }
            try await talk.close()
        }
    }
}
