import LabSupport
import Subprocess
import Testing
import Wire

/// A grant that lies in the socket buffer of a worker that stands still, and is read when its life is over.
@Suite struct FrozenWorkerTests {
    enum Frozen: CaseIterable {
        case host, agent
    }

    private static let worker = "k3s-worker-01"

    @Test(arguments: Frozen.allCases) func lateGrantInstallsNothing(frozen: Frozen) async throws {
        try await UpgradeScene.with(LabClusterConfiguration(workers: 1)) { scene in
            try await Self.abandonRun(scene)
            let talk = try await AgentTalk.open(to: Self.worker, in: scene.lab)
            let lock = try await Lock.take(over: talk)
            let binary = try await Self.binary(scene)

            let nonce = try await lock.nonce()
            let life = ContinuousClock.now + .milliseconds(Self.life)
            try await Self.freeze(frozen, in: scene)
            let grant = try await talk.send(.grant(lock.lease(on: nonce, life: Self.life)))
            try await eventually("the grant is in the agent's socket buffer") { try await Self.isUnread(scene) }
            // Nothing tells that the life of a lease is over which nobody has read.
            try await ContinuousClock().sleep(until: life + .seconds(1))
            try await Self.thaw(frozen, in: scene)

            #expect(try await AgentTalk.refusal(in: talk.answer(to: grant)) == .expired)
            try await Self.expectUntouched(scene, binary)
            try await talk.close()
            try await scene.expectUpgraded(scene.upgrade("--take-over"))
            #expect(try await scene.starts(on: Self.worker) == 1)
        }
    }

    @Test func grantWithoutAFreshNonceIsRefused() async throws {
        try await UpgradeScene.with(LabClusterConfiguration(workers: 1)) { scene in
            try await Self.abandonRun(scene)
            let talk = try await AgentTalk.open(to: Self.worker, in: scene.lab)
            let lock = try await Lock.take(over: talk)
            let binary = try await Self.binary(scene)

            let replaced = try await lock.nonce()
            let spent = try await lock.nonce()
            #expect(try await talk.refusal(.grant(lock.lease(on: replaced))) == .nonce, "a newer one was issued")
            // A lease that comes too late spends its nonce as well.
            #expect(try await talk.refusal(.grant(lock.lease(on: spent, life: 0))) == .expired)
            #expect(try await talk.refusal(.grant(lock.lease(on: spent))) == .nonce, "used twice")
            #expect(try await talk.refusal(.grant(lock.lease(on: Nonce(spent.value + 1)))) == .nonce, "not issued yet")
            let ofAnEarlierLife = try await lock.nonce()
            try await talk.close()
            try await scene.lab.run(on: Self.worker, ["systemctl", "restart", "k3s-upgrade-agent.service"]).checked()
            let again = try await AgentTalk.open(to: Self.worker, in: scene.lab)
            #expect(try await again.refusal(.grant(lock.lease(on: ofAnEarlierLife))) == .nonce, "of an earlier life")
            try await Self.expectUntouched(scene, binary)

            // In all else the leases were good: on a fresh nonce the same one is taken up, and its nonce is spent too.
            let renewed = Lock(talk: again, epoch: lock.epoch, run: lock.run)
            let fresh = try await renewed.nonce()
            let report = try await again.report(.grant(renewed.lease(on: fresh)))
            #expect(report.running?.step == renewed.step)
            #expect(try await again.refusal(.grant(renewed.lease(on: fresh))) == .nonce, "used twice")
            _ = try await again.report(.release(lock.epoch))
            try await again.close()
            try await scene.expectUpgraded(scene.upgrade())
            #expect(try await scene.starts(on: Self.worker) == 1)
        }
    }

    /// Leaves a run open of which everything is staged, and nothing of the worker is done.
    private static func abandonRun(_ scene: UpgradeScene) async throws {
        let run = scene.startUpgrade()
        try await run.says("install/k3s-master: running", within: .seconds(120))
        try await run.send(.kill)
        _ = try await run.outcome()
    }

    /// In milliseconds: short, so that the test is.
    private static let life = 5000

    private static func freeze(_ frozen: Frozen, in scene: UpgradeScene) async throws {
        switch frozen {
        case .host: try await scene.lab.freeze(worker)
        case .agent: try await signalAgent("STOP", scene)
        }
    }

    private static func thaw(_ frozen: Frozen, in scene: UpgradeScene) async throws {
        switch frozen {
        case .host: try await scene.lab.thaw(worker)
        case .agent: try await signalAgent("CONT", scene)
        }
    }

    private static func signalAgent(_ signal: String, _ scene: UpgradeScene) async throws {
        let agent = try await scene.lab.run(
            on: worker, ["systemctl", "show", "--property=MainPID", "--value", "k3s-upgrade-agent.service"]
        ).checked().line
        try await scene.lab.run(on: worker, ["kill", "-\(signal)", agent]).checked()
    }

    /// Whether something lies unread on a connection to the agent's socket.
    private static func isUnread(_ scene: UpgradeScene) async throws -> Bool {
        let sockets = try await scene.lab.run(
            on: worker, ["ss", "-xnH", "state", "established", "src", "unix:/run/k3s-upgrade-agent/agent.sock"]
        ).checked().line
        return sockets.split(separator: "\n").contains { line in
            let words = line.split(separator: " ")
            return words.count > 1 && (Int(words[1]) ?? 0) > 0
        }
    }

    private static func binary(_ scene: UpgradeScene) async throws -> String {
        try await scene.lab.run(on: worker, ["sha256sum", "/usr/local/bin/k3s"]).checked().line
    }

    private static func expectUntouched(_ scene: UpgradeScene, _ binary: String) async throws {
        #expect(try await Self.binary(scene) == binary)
        #expect(try await scene.starts(on: worker) == 0)
        #expect(try await scene.stops(on: worker) == 0)
    }
}

/// One agent's promise to the test, and what its leases quote.
private struct Lock {
    let talk: AgentTalk
    let epoch: Epoch
    let run: RunSummary

    let step = StepID("install/k3s-worker-01")

    static func take(over talk: AgentTalk) async throws -> Lock {
        let before = try await talk.report(.status)
        let epoch = Epoch(counter: try #require(before.promised).counter + 1, process: 1)
        let holder = Holder(who: "a test", machine: "here", process: 1, since: 0)
        let report = try await talk.report(.claim(Claim(epoch: epoch, holder: holder, takeOver: true)))
        return Lock(talk: talk, epoch: epoch, run: try #require(report.run))
    }

    /// A fresh one.
    func nonce() async throws -> Nonce { try #require(await talk.report(.beat(epoch)).nonce) }

    func lease(on nonce: Nonce, life: Int = Lease.longestLife) throws -> Lease {
        Lease(
            run: run.run, planDigest: run.planDigest, step: try #require(step), epoch: epoch, nonce: nonce, life: life)
    }
}
