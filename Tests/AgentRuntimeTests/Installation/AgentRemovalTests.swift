import SystemPackage
import Testing
import Wire

@testable import AgentCore
@testable import AgentRuntime

@Suite struct AgentRemovalTests {
    private func installed() async throws -> PretendNode {
        let node = try PretendNode()
        let key = try #require(AuthorizedKey("ssh-ed25519 \(AgentInstallationTests.body) ops"))
        let report = await node.installation.install(
            InstallDocument(key: key, policy: AgentInstallationTests.policy))
        try #require(report.failure == nil)
        try node.write("/var/lib/k3s-upgrade-agent/journal", "precious")
        _ = node.takeLog()
        return node
    }

    static let gone: [FilePath] = [
        "/usr/local/bin/k3s-upgrade-agent", "/etc/systemd/system/k3s-upgrade-agent.socket",
        "/etc/systemd/system/k3s-upgrade-agent.service", "/etc/sysusers.d/k3s-upgrade.conf",
        "/etc/tmpfiles.d/k3s-upgrade-agent.conf", "/etc/k3s-upgrade-agent", "/var/lib/k3s-upgrade",
    ]

    @Test func takesEverythingAwayButTheWayBack() async throws {
        let node = try await installed()
        let report = await node.removal.remove(RemoveDocument())
        #expect(report.failure == nil)
        for path in Self.gone { #expect(try FileFacts(at: node.root.path(path)) == nil, "\(path)") }
        #expect(try node.text("/etc/passwd")?.contains("k3s-upgrade") == false)
        #expect(try node.text("/etc/group")?.contains("k3s-upgrade") == false)
        #expect(!node.unit("k3s-upgrade-agent.service").active)
        #expect(!node.unit("k3s-upgrade-agent.socket").enabled)
        #expect(try node.text("/var/lib/k3s-upgrade-agent/journal") == "precious")
    }

    @Test func purgesWhenAsked() async throws {
        let node = try await installed()
        let report = await node.removal.remove(RemoveDocument(purge: true))
        #expect(report.changed.contains("/var/lib/k3s-upgrade-agent"))
        #expect(try FileFacts(at: node.root.path("/var/lib/k3s-upgrade-agent")) == nil)
    }

    @Test func refusesWhileAStepRuns() async throws {
        let node = try await installed()
        node.run(step: "k3s-upgrade-installer.service")
        let report = await node.removal.remove(RemoveDocument())
        #expect(report.failure?.code == "step-running")
        #expect(report.failure?.message.contains("k3s-upgrade-installer.service") == true)
        #expect(report.changed.isEmpty)
        #expect(node.unit("k3s-upgrade-agent.service").active)
    }

    /// No unit of the step's need run: an install waits for k3s in the agent itself, and a held node is in its journal.
    @Test(arguments: [false, true])
    func refusesWhileTheJournalOwesSomething(_ isHeld: Bool) async throws {
        let node = try await installed()
        try node.write("/usr/local/bin/k3s", "k3s")
        let effect = try #require(Effect.sample(isHeld ? .drain : .install, .await, on: "k3s-worker-01"))
        let record: Record =
            isHeld
            ? .held(HeldDrain(of: effect.step, epoch: effect.epoch, in: effect.plan))
            : .stepStarted(effect.step, effect.epoch, .await)
        let state = AgentState(records: [record])
        let line = String(decoding: try JournalLine.encode(.checkpoint(state)), as: UTF8.self)
        try node.write("/var/lib/k3s-upgrade-agent/journal", JournalFile.header + line)
        let report = await node.removal.remove(RemoveDocument(purge: true))
        #expect(report.failure?.code == "step-running")
        #expect(report.failure?.message.contains("k3s-worker-01") == true)
        #expect(report.changed.isEmpty)
        #expect(node.unit("k3s-upgrade-agent.service").active)
        #expect(node.unit("k3s-upgrade-agent.socket").active)
        #expect(node.unit("k3s-upgrade-agent.socket").enabled)
        try Durable.remove(node.root.path("/usr/local/bin/k3s"))
        let gone = await node.removal.remove(RemoveDocument())
        #expect(gone.failure == nil, "nobody does anything more on a node without K3s")
    }

    @Test func canBeRunAgainAfterItBrokeOff() async throws {
        let node = try await installed()
        node.fail("userdel")
        let broken = await node.removal.remove(RemoveDocument())
        #expect(broken.failure?.wayOut.contains("remove again") == true)
        // The program is still there to be run again.
        #expect(try FileFacts(at: node.root.path("/usr/local/bin/k3s-upgrade-agent")) != nil)
        node.heal("userdel")
        #expect(await node.removal.remove(RemoveDocument()).failure == nil)
        #expect(await node.removal.remove(RemoveDocument()).changed.isEmpty)
    }
}
