import LabSupport
import Testing

/// Disks that fill up in the middle of an upgrade: a worker's own while it is being installed, and the next one's.
@Suite struct FullDiskTests {
    private static let (first, second) = ("k3s-worker-01", "k3s-worker-02")

    @Test func stepUnderWayIsToldToItsEndAndNoneIsBegun() async throws {
        let policy = ["controlPlaneLimit: 10", "gateTimeout: 30"]
        try await UpgradeScene.with(LabClusterConfiguration(), policy: policy) { scene in
            // Time to fill the disks before the step has ended.
            try await scene.lab.run(
                on: Self.first, ["tee", "-a", "/etc/k3s-standin/config"], input: Array("start-delay=8s\n".utf8)
            ).checked()
            let run = scene.startUpgrade()
            try await run.says("install/\(Self.first): running await", within: .seconds(180))
            try await scene.lab.fill(Self.first)
            try await scene.lab.fill(Self.second)
            // Its k3s cannot start without a byte to write, and its agent has the step's end yet to record.
            let failed = try await run.outcome(within: UpgradeScene.deadline)
            #expect(failed.status == .exited(1), "\(failed)")
            #expect(failed.output.contains("what went wrong: k3s-agent.service is"), "\(failed)")
            try await scene.lab.unfill(Self.first)

            let refused = try await scene.upgrade()
            #expect(refused.status == .exited(1), "\(refused)")
            #expect(refused.output.contains("no step is begun while the journal's disk is full"), "\(refused)")
            #expect(refused.output.contains("\(Self.first): is on \(UpgradeScene.to), Ready"), "\(refused)")
            #expect(refused.output.contains("\(Self.second): is still on \(UpgradeScene.from), Ready"), "\(refused)")
            #expect(try await scene.stops(on: Self.second) == 0)
            #expect(try await !scene.isCordoned(Self.second))
            try await scene.lab.unfill(Self.second)
            try await scene.expectUpgraded(scene.upgrade())
        }
    }
}
