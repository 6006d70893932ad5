import LabSupport
import Subprocess
import Testing

/// Something dies in the middle of a run. Nothing is lost, nothing runs twice, no cordon is left.
@Suite struct LossInTheMiddleTests {
    @Test(arguments: [
        "stage/k3s-worker-01: running", "install/k3s-master: running installer", "drain/k3s-worker-01: running evict",
        "install/k3s-worker-01: running restore-unit",
    ])
    func killedCoordinatorIsSucceededByTheSameCommand(at moment: String) async throws {
        try await UpgradeScene.with { scene in
            let first = scene.startUpgrade()
            try await first.says(moment, within: .seconds(120))
            try await first.send(.kill)
            _ = try await first.outcome()
            try await scene.expectUpgraded(scene.upgrade())
            try await Self.expectOneStartEach(scene)
        }
    }

    @Test(arguments: ["install/k3s-master: running installer", "install/k3s-worker-01: running installer"])
    func killedAgentGoesOnWhereItWas(at moment: String) async throws {
        try await UpgradeScene.with(LabClusterConfiguration(workers: 1)) { scene in
            let run = scene.startUpgrade()
            try await run.says(moment, within: .seconds(120))
            let host = moment.contains("k3s-master") ? "k3s-master" : "k3s-worker-01"
            try await scene.lab.run(on: host, ["systemctl", "kill", "--signal=KILL", "k3s-upgrade-agent.service"])
                .checked()
            try await scene.expectUpgraded(run.outcome(within: UpgradeScene.deadline))
            try await Self.expectOneStartEach(scene)
        }
    }

    @Test func serverThatLosesItsPowerInItsOwnUpgradeIsBroughtToTheEnd() async throws {
        try await UpgradeScene.with(LabClusterConfiguration(workers: 1)) { scene in
            let run = scene.startUpgrade()
            try await run.says("install/k3s-master: running restart", within: .seconds(120))
            try await scene.lab.kill("k3s-master")
            try await scene.lab.boot("k3s-master")
            try await scene.expectUpgraded(run.outcome(within: UpgradeScene.deadline))
        }
    }

    private static func expectOneStartEach(_ scene: UpgradeScene) async throws {
        for host in scene.lab.hosts {
            #expect(try await scene.starts(on: host.name) == 1, "\(host.name)")
        }
    }
}
