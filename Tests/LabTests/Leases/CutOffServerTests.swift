import LabSupport
import Testing

/// The agent that holds a drained worker hears nobody any more, while that worker is in the middle of its install.
@Suite struct CutOffServerTests {
    private static let (server, worker) = ("k3s-master", "k3s-worker-01")

    @Test func heldWorkerIsGivenBackWhenItIsReadyAndNotBefore() async throws {
        var configuration = LabClusterConfiguration(workers: 1)
        // As on real nodes: for a while after its kubelet has gone, a node shows Ready, and its old version.
        configuration.settings += ["node-grace=47s", "lease-renew=5s"]
        try await UpgradeScene.with(configuration) { scene in
            // Longer than a holder may be silent, shorter than the node shows Ready: there is a time for a mistake.
            try await scene.lab.run(
                on: Self.worker, ["tee", "-a", "/etc/k3s-standin/config"], input: Array("start-delay=42s\n".utf8)
            ).checked()
            let run = scene.startUpgrade()
            try await run.says("install/\(Self.worker): running restart", within: .seconds(180))
            try await scene.lab.cut(.host(Self.server), from: .operator)
            try await run.says("\(Self.server): no answer", within: .seconds(120))
            try await eventually("the worker is given back", within: .seconds(240)) {
                try await Self.uncordon(scene) != nil
            }
            let given = try #require(await Self.uncordon(scene))
            let started = try #require(await Self.moment("start", scene))
            let registered = try #require(await Self.moment("registered", scene))
            #expect(registered - started > 40_000, "the install was held up")
            // One renewal when it registers, and the next one 5 s later.
            #expect(given - registered > 4_000, "given back \(given - registered) ms after it came back")

            try await scene.lab.healAll()
            try await scene.expectUpgraded(run.outcome(within: UpgradeScene.deadline))
            #expect(try await scene.starts(on: Self.worker) == 1)
            #expect(try await scene.upgrade().line == "every node is on \(UpgradeScene.to) already")
        }
    }

    /// When the worker's cordon was taken off, in milliseconds.
    private static func uncordon(_ scene: UpgradeScene) async throws -> Int? {
        try await scene.cluster.events(on: server).first { $0.event == "uncordon" && $0.target == worker }?.boottime
    }

    private static func moment(_ event: String, _ scene: UpgradeScene) async throws -> Int? {
        try await scene.cluster.events(on: worker)
            .first { $0.event == event && $0.version == UpgradeScene.to }?.boottime
    }
}
