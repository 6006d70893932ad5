import AgentRuntime
import SystemPackage
import Testing
import Wire

@Suite struct AgentInstallationTests {
    static let body = "AAAAC3NzaC1lZDI1NTE5AAAAIKfYzqkTqkq0nJkqk0g5VZ0w3m1Qe2sVw8mJ3v0Zt9aB"
    static let other = "AAAAC3NzaC1lZDI1NTE5AAAAIKfYzqkTqkq0nJkqk0g5VZ0w3m1Qe2sVw8mJ3v0Zt9aC"
    static let policy = NodePolicy(releases: "https://r", installer: "https://i")
    static let line = "restrict,command=\"/usr/local/bin/k3s-upgrade-agent connect\" ssh-ed25519 "

    private func document(
        _ body: String = body, only: Bool = false, policy: NodePolicy = policy, replace: Bool = false
    ) throws -> InstallDocument {
        InstallDocument(
            key: try #require(AuthorizedKey("ssh-ed25519 \(body) ops")), onlyThisKey: only, policy: policy,
            replacePolicy: replace)
    }

    @Test func putsEverythingInItsPlace() async throws {
        let node = try PretendNode()
        let report = await node.installation.install(try document())
        #expect(report.failure == nil)
        #expect(report.policy == Self.policy)
        #expect(
            report.changed == [
                "/usr/local/bin/k3s-upgrade-agent", "/etc/systemd/system/k3s-upgrade-agent.socket",
                "/etc/systemd/system/k3s-upgrade-agent.service", "/etc/sysusers.d/k3s-upgrade.conf",
                "/etc/tmpfiles.d/k3s-upgrade-agent.conf", "account k3s-upgrade",
                "/var/lib/k3s-upgrade/.ssh/authorized_keys", "/etc/k3s-upgrade-agent/policy.json",
                "enabled k3s-upgrade-agent.socket", "enabled k3s-upgrade-agent.service",
                "started k3s-upgrade-agent.socket", "started k3s-upgrade-agent.service",
            ])
        #expect(try node.text("/usr/local/bin/k3s-upgrade-agent") == "first build")
        #expect(try node.mode("/usr/local/bin/k3s-upgrade-agent") == FilePermissions(rawValue: 0o755))
        #expect(try node.mode("/etc/systemd/system/k3s-upgrade-agent.service") == FilePermissions(rawValue: 0o644))
        #expect(try node.mode("/etc/k3s-upgrade-agent/policy.json") == FilePermissions(rawValue: 0o600))
        #expect(try node.mode("/var/lib/k3s-upgrade-agent") == FilePermissions(rawValue: 0o700))
        #expect(try node.mode("/var/lib/k3s-upgrade") == FilePermissions(rawValue: 0o750))
        #expect(try node.mode("/var/lib/k3s-upgrade/.ssh/authorized_keys") == FilePermissions(rawValue: 0o640))
        let keys = try #require(try node.text("/var/lib/k3s-upgrade/.ssh/authorized_keys"))
        #expect(keys.hasSuffix("\n\(Self.line)\(Self.body) ops\n"))
        #expect(try node.text("/etc/shadow")?.contains("k3s-upgrade:*:") == true)
        #expect(node.unit("k3s-upgrade-agent.socket").active)
        #expect(node.unit("k3s-upgrade-agent.service").active)
        let log = node.takeLog()
        #expect(log.contains("usermod --password * -- k3s-upgrade"))
    }

    @Test func aSecondTimeChangesNothingAndInterruptsNothing() async throws {
        let node = try PretendNode()
        _ = await node.installation.install(try document())
        _ = node.takeLog()
        let report = await node.installation.install(try document())
        #expect(report.changed.isEmpty)
        #expect(report.failure == nil)
        let log = node.takeLog()
        #expect(!log.isEmpty)
        #expect(!log.contains { $0.hasPrefix("systemctl stop") || $0.hasPrefix("systemctl start") })
    }

    @Test func anUpdateReplacesTheBinaryWhileNothingRuns() async throws {
        let node = try PretendNode()
        _ = await node.installation.install(try document())
        try node.replaceProgram("second build")
        _ = node.takeLog()
        let report = await node.installation.install(try document())
        #expect(
            report.changed == [
                "/usr/local/bin/k3s-upgrade-agent", "started k3s-upgrade-agent.socket",
                "started k3s-upgrade-agent.service",
            ])
        #expect(try node.text("/usr/local/bin/k3s-upgrade-agent") == "second build")
        let log = node.takeLog().filter { $0.hasPrefix("systemctl st") }
        #expect(
            log == [
                "systemctl stop --no-block -- k3s-upgrade-agent.service",
                "systemctl stop --no-block -- k3s-upgrade-agent.socket",
                "systemctl start --no-block -- k3s-upgrade-agent.socket",
                "systemctl start --no-block -- k3s-upgrade-agent.service",
            ])
    }

    @Test func anInstallationThatBrokeOffIsTakenUp() async throws {
        let node = try PretendNode()
        node.fail("usermod")
        let broken = await node.installation.install(try document())
        #expect(broken.failure?.code == "command-failed")
        #expect(broken.failure?.message.contains("usermod: does not want to") == true)
        #expect(broken.changed.contains("/usr/local/bin/k3s-upgrade-agent"))
        #expect(!node.unit("k3s-upgrade-agent.service").active)
        node.heal("usermod")
        let report = await node.installation.install(try document())
        #expect(report.failure == nil)
        #expect(!report.changed.contains("/usr/local/bin/k3s-upgrade-agent"))
        #expect(node.unit("k3s-upgrade-agent.service").active)
    }

    @Test func otherCoordinatorsKeepTheirKeysUnlessToldOtherwise() async throws {
        let node = try PretendNode()
        _ = await node.installation.install(try document(Self.other))
        try node.write(
            AgentPlaces.keys, (try #require(try node.text(AgentPlaces.keys))) + "ssh-ed25519 \(Self.other) open door\n")
        _ = await node.installation.install(try document())
        var text = try #require(try node.text(AgentPlaces.keys))
        #expect(text.contains("\(Self.line)\(Self.other) ops\n"))
        #expect(text.contains("\(Self.line)\(Self.body) ops\n"))
        #expect(!text.contains("open door"))
        _ = await node.installation.install(try document(only: true))
        text = try #require(try node.text(AgentPlaces.keys))
        #expect(!text.contains(Self.other))
    }

    @Test func aPolicyStaysUnlessToldOtherwise() async throws {
        let node = try PretendNode()
        _ = await node.installation.install(try document())
        let wider = NodePolicy(releases: "https://evil", installer: "https://i", acceptsPushedArtifacts: true)
        let kept = await node.installation.install(try document(policy: wider))
        #expect(kept.policy == Self.policy)
        #expect(kept.changed.isEmpty)
        let replaced = await node.installation.install(try document(policy: wider, replace: true))
        #expect(replaced.policy == wider)
        #expect(replaced.changed == ["/etc/k3s-upgrade-agent/policy.json"])
        #expect(try NodePolicyFile(root: node.root).read() == wider)
    }

    @Test func aPolicyThatSaysMoreThanWeKnowIsNotReadAsLess() async throws {
        let node = try PretendNode()
        _ = await node.installation.install(try document())
        try node.write(
            AgentPlaces.policy,
            #"{"acceptsPushedArtifacts":false,"forbid":"all","installer":"","probesMayExec":false,"releases":""}"#)
        let report = await node.installation.install(try document())
        #expect(report.failure?.code == "policy-malformed")
        #expect(report.failure?.wayOut.contains("--replace-policy") == true)
        #expect(await node.installation.install(try document(replace: true)).failure == nil)
    }

    @Test func withoutSysusersTheAccountIsMadeByHand() async throws {
        let node = try PretendNode()
        node.lose("systemd-sysusers")
        let report = await node.installation.install(try document())
        #expect(report.failure == nil)
        #expect(
            node.takeLog().contains(
                "useradd --system --user-group --no-create-home --home-dir /var/lib/k3s-upgrade --shell /bin/sh -- "
                    + "k3s-upgrade"))
        #expect(try node.text("/etc/shadow")?.contains("k3s-upgrade:*:") == true)
    }

    @Test func anAccountThatIsRootIsRefused() async throws {
        let node = try PretendNode()
        try node.write("/etc/passwd", "k3s-upgrade:x:0:0::/var/lib/k3s-upgrade:/bin/sh\n")
        try node.write("/etc/group", "k3s-upgrade:x:0:\n")
        let report = await node.installation.install(try document())
        #expect(report.failure?.code == "account-unusable")
    }

    @Test func withoutSystemdNothingIsWritten() async throws {
        let node = try PretendNode()
        try Durable.removeTree(node.root.path("/run/systemd"))
        let report = await node.installation.install(try document())
        #expect(report.failure?.code == "systemd-missing")
        #expect(report.changed.isEmpty)
        #expect(try node.text("/usr/local/bin/k3s-upgrade-agent") == nil)
    }
}
