import LabSupport
import Subprocess
import Testing

/// `coordinator release` never says that it gave back what it could not ask for.
@Suite struct ReleaseTests {
    private static let worker = "k3s-worker-01"

    @Test func whatCannotBeAskedIsNotCalledReleased() async throws {
        try await UpgradeScene.with(LabClusterConfiguration(workers: 1)) { scene in
            let nothing = try await scene.cluster.coordinate(["release"]).checked()
            #expect(nothing.output.contains("no run is open: nothing is held"))
            try await Self.agent("stop", scene)
            let unasked = try await scene.cluster.coordinate(["release"])
            #expect(unasked.status == .exited(4), "\(unasked)")
            #expect(!unasked.output.contains("no run is open"), "\(unasked)")
            try await scene.cluster.coordinate(["release", "--assume-down", Self.worker]).checked()
            try await Self.agent("start", scene)

            let run = scene.startUpgrade()
            try await run.says("stage/k3s-master: running", within: .seconds(180))
            try await run.send(.interrupt)
            #expect(try await run.outcome(within: UpgradeScene.deadline).status == .exited(130))
            try await Self.agent("stop", scene)
            let unreached = try await scene.cluster.coordinate(["release"])
            #expect(unreached.status == .exited(4), "\(unreached)")
            #expect(unreached.errors.contains("--assume-down"), "\(unreached)")
            let released = try await scene.cluster.coordinate(["release", "--assume-down", Self.worker])
            #expect(released.succeeded, "\(released)")
            #expect(released.output.contains("released: 0/2 nodes on \(UpgradeScene.to)"), "\(released)")
            try await Self.agent("start", scene)
            try await scene.expectUpgraded(scene.upgrade())
        }
    }

    /// The worker's agent, which cannot be asked meanwhile.
    private static func agent(_ verb: String, _ scene: UpgradeScene) async throws {
        let units = ["k3s-upgrade-agent.socket", "k3s-upgrade-agent.service"]
        try await scene.lab.run(on: worker, ["systemctl", verb] + units).checked()
    }
}
