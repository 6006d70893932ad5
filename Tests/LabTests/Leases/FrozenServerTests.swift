import LabSupport
import Testing

/// The only server goes silent in the middle of its own upgrade, and comes back.
@Suite struct FrozenServerTests {
    private static let server = "k3s-master"

    @Test func serverThatStandsStillForAMinuteIsUpgradedInTheEnd() async throws {
        try await UpgradeScene.with(LabClusterConfiguration(workers: 1)) { scene in
            let run = scene.startUpgrade()
            try await run.says("install/\(Self.server): running installer", within: .seconds(120))
            try await scene.lab.freeze(Self.server)
            let thaw = ContinuousClock.now + .seconds(60)
            try await run.says("\(Self.server): no answer", within: .seconds(55))
            // The minute is what is tested.
            try await ContinuousClock().sleep(until: thaw)
            try await scene.lab.thaw(Self.server)
            try await run.says("\(Self.server): answers again", within: .seconds(120))
            try await scene.expectUpgraded(run.outcome(within: UpgradeScene.deadline))
            #expect(try await scene.starts(on: Self.server) == 1)
        }
    }

    @Test func serverThatIsCutOffForFiveMinutesFinishesAlone() async throws {
        try await UpgradeScene.with(LabClusterConfiguration(workers: 1)) { scene in
            let run = scene.startUpgrade()
            try await run.says("install/\(Self.server): running installer", within: .seconds(120))
            try await scene.lab.cut(.host(Self.server), from: .operator)
            let heal = ContinuousClock.now + .seconds(300)
            try await run.says("\(Self.server): no answer", within: .seconds(120))
            try await eventually("the server runs \(UpgradeScene.to)", within: .seconds(120)) {
                try await scene.cluster.events(on: Self.server)
                    .contains { $0.event == "registered" && $0.version == UpgradeScene.to }
            }
            // The five minutes are what is tested; nothing else begins in them.
            try await ContinuousClock().sleep(until: heal)
            #expect(try await !scene.isCordoned("k3s-worker-01"))
            #expect(try await scene.starts(on: "k3s-worker-01") == 0)
            #expect(await !run.hasEnded)
            try await scene.lab.healAll()
            try await run.says("\(Self.server): answers again", within: .seconds(120))
            try await scene.expectUpgraded(run.outcome(within: UpgradeScene.deadline))
            #expect(try await scene.starts(on: Self.server) == 1)
        }
    }
}
