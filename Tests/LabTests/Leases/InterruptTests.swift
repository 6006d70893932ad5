import LabSupport
import Subprocess
import SystemPackage
import Testing

/// The operator leaves, or nobody reads any more what the coordinator says.
@Suite struct InterruptTests {
    private static let worker = "k3s-worker-01"
    private static let announcement =
        "stopping at the next safe point: after the step that is running; once more leaves at once"

    @Test(arguments: ["INT", "TERM", "HUP"]) func signalStopsAtTheNextSafePoint(name: String) async throws {
        try await UpgradeScene.with(LabClusterConfiguration(workers: 1)) { scene in
            let run = scene.startUpgrade()
            try await run.says("drain/\(Self.worker): running", within: .seconds(180))
            try await run.send(Self.signal(name))
            try await run.says(Self.announcement)
            let outcome = try await run.outcome(within: UpgradeScene.deadline)
            #expect(outcome.status == .exited(130), "\(outcome)")
            #expect(try await !scene.isCordoned(Self.worker), "no cordon of ours is left")
            let found = try await scene.contradictions(upgraded: false)
            #expect(found.isEmpty, "\(found)")
            try await scene.expectUpgraded(scene.upgrade())
            try await Self.expectOneStartEach(scene)
        }
    }

    @Test(arguments: ["drain/k3s-worker-01: running", "install/k3s-worker-01: running place"])
    func secondSignalLeavesAtOnce(at moment: String) async throws {
        try await UpgradeScene.with(LabClusterConfiguration(workers: 1)) { scene in
            let run = scene.startUpgrade()
            try await run.says(moment, within: .seconds(180))
            try await run.send(.interrupt)
            try await run.says(Self.announcement)
            try await run.send(.interrupt)
            let outcome = try await run.outcome(within: .seconds(30))
            #expect(outcome.status == .exited(130), "\(outcome)")
            #expect(outcome.errors.contains("leaving at once: the agents finish or undo what they are in"))
            try await scene.expectUpgraded(scene.upgrade())
            try await Self.expectOneStartEach(scene)
        }
    }

    /// The outputs are a pipe whose reader leaves in the middle of the run.
    @Test func readerThatIsGoneStallsNothing() async throws {
        try await UpgradeScene.with(LabClusterConfiguration(workers: 1)) { scene in
            let coordinator = LabCluster.coordinator.string
            // The reader ends with the first line that tells of a step; the shell's status is the coordinator's.
            let script = #"set -o pipefail; "$0" "$@" 2>&1 | grep -m1 -F 'running'"#
            let outcome = try await scene.lab.runAsOperator(
                [
                    "bash", "-c", script, coordinator, "upgrade", "--to", UpgradeScene.to, "--inventory",
                    scene.cluster.inventory.string,
                ], deadline: UpgradeScene.deadline)
            #expect(outcome.output.contains("running"), "\(outcome)")
            #expect(outcome.status != .exited(128 + 13), "not killed by the closed pipe")
            let found = try await scene.contradictions()
            #expect(found.isEmpty, "\(found)")
            try await Self.expectOneStartEach(scene)
        }
    }

    private static func signal(_ name: String) -> Signal {
        switch name {
        case "TERM": .terminate
        case "HUP": .terminalClosed
        default: .interrupt
        }
    }

    private static func expectOneStartEach(_ scene: UpgradeScene) async throws {
        for host in scene.lab.hosts {
            #expect(try await scene.starts(on: host.name) == 1, "\(host.name)")
        }
    }
}
