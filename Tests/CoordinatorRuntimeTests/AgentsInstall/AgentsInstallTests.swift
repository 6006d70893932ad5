import CoordinatorRuntime
import SystemPackage
import Testing
import Wire

@Suite struct AgentsInstallTests {
    private let folder: TemporaryFolder
    private let program: AgentProgram
    private let node: InventoryNode
    private let document: InstallDocument

    init() throws {
        folder = try TemporaryFolder()
        let path = folder.path.appending("agent")
        try write([0x7F, 0x45, 0x4C, 0x46, 2, 1] + Array(repeating: 0, count: 12) + [62, 0] + [1, 2, 3], to: path)
        program = try AgentProgram(at: path)
        node = InventoryNode(name: try #require(NodeName("w1")), role: .worker, address: "10.0.0.1")
        let body = "AAAAC3NzaC1lZDI1NTE5AAAAIKfYzqkTqkq0nJkqk0g5VZ0w3m1Qe2sVw8mJ3v0Zt9aB"
        document = InstallDocument(
            key: try #require(AuthorizedKey("ssh-ed25519 \(body)")),
            policy: NodePolicy(releases: "https://r", installer: "https://i"))
    }

    private func failure(_ logins: PretendLogins) async throws -> CoordinatorError {
        let error = try await #require(throws: CoordinatorError.self) {
            try await AgentsInstall(logins: logins).install(program, document, on: node)
        }
        #expect(logins.open == 0)
        return error
    }

    @Test func pushesChecksRunsProvesAndCleansUp() async throws {
        let logins = PretendLogins()
        let agent = try await AgentsInstall(logins: logins).install(program, document, on: node)
        #expect(agent.report.changed == ["account"])
        #expect(agent.hello.product == "0.1.0")
        let place = "/tmp/k3s-upgrade.AbCdEf0123"
        #expect(
            Array(logins.log.prefix(9)) == [
                "id -u", "sudo -n -- true", "uname -m", "mktemp -d /tmp/k3s-upgrade.XXXXXXXXXX",
                "dd of=\(place)/k3s-upgrade-agent bs=65536 status=none", "sha256sum -- \(place)/k3s-upgrade-agent",
                "chmod 0700 -- \(place)/k3s-upgrade-agent", "sudo -n -- \(place)/k3s-upgrade-agent install",
                "rm -rf -- \(place)",
            ])
        #expect(logins.log.dropFirst(9).allSatisfy { $0.hasPrefix("key: ") })
        #expect(logins.log.last == "key: connect")
        #expect(try FrameCodec.decodeStrictly(InstallDocument.self, from: Array(logins.document.utf8)) == document)
        #expect(logins.open == 0)
    }

    @Test func rootNeedsNoSudo() async throws {
        let logins = PretendLogins { $0.uid = "0" }
        _ = try await AgentsInstall(logins: logins).install(program, document, on: node)
        #expect(!logins.log.contains { $0.hasPrefix("sudo") })
    }

    @Test func aLoginWithoutSudoIsRefusedBeforeAnythingIsPushed() async throws {
        let logins = PretendLogins {
            $0.sudo = RemoteResult(status: 1, errorOutput: "sudo: a password is required\n")
        }
        let error = try await failure(logins)
        #expect(error.code == .sudoRefused)
        #expect(error.message.contains("sudo: a password is required"))
        #expect(logins.log == ["id -u", "sudo -n -- true"])
    }

    @Test func anotherArchitectureIsRefusedBeforeAnythingIsPushed() async throws {
        let logins = PretendLogins { $0.machine = "aarch64" }
        let error = try await failure(logins)
        #expect(error.code == .anotherArchitecture)
        #expect(!logins.log.contains { $0.hasPrefix("mktemp") })
    }

    @Test func whatArrivedTornIsNeverRun() async throws {
        let logins = PretendLogins { $0.lost = 1 }
        let error = try await failure(logins)
        #expect(error.code == .pushFailed)
        #expect(!logins.log.contains { $0.hasSuffix(" install") })
        #expect(logins.log.last == "rm -rf -- /tmp/k3s-upgrade.AbCdEf0123")
    }

    @Test(arguments: [
        "", "/", "/tmp/k3s-upgrade.", "/tmp/k3s-upgrade.a/../../etc", "/tmp/k3s-upgrade.AbCdEf01 3", "/etc",
    ])
    func aFolderThatIsNotTheOneAskedForIsNeitherUsedNorRemoved(path: String) async throws {
        let logins = PretendLogins { $0.folder = path }
        let error = try await failure(logins)
        #expect(error.code == .remoteFolderFailed)
        #expect(!logins.log.contains { $0.hasPrefix("rm") || $0.hasPrefix("dd") })
    }

    @Test func theNodesOwnWordsComeThroughCleaned() async throws {
        let logins = PretendLogins {
            $0.orders = RemoteResult(
                status: 1,
                output: Array(
                    ("noise\n" + #"{"changed":["a","b"],"failure":{"code":"disk-full","message":"no \u001b[31mroom","#
                        + #""wayOut":"free some"},"product":"0.1.0"}"#).utf8))
        }
        let error = try await failure(logins)
        #expect(error.code == .agentInstallFailed)
        #expect(error.message.contains("no \u{FFFD}[31mroom; done before: a, b"))
        #expect(error.wayOut == "free some")
        #expect(logins.log.contains { $0.hasPrefix("rm -rf") })
    }

    @Test func aFolderWithoutExecutionIsNamed() async throws {
        let logins = PretendLogins { $0.orders = RemoteResult(status: 126, errorOutput: "Permission denied") }
        let error = try await failure(logins)
        #expect(error.wayOut.contains("--remote-temporary"))
    }

    @Test func aKeyThatOpensAShellIsAFailure() async throws {
        let open = RemoteResult(status: 0, output: Array("k3s-upgrade-door-is-open\n".utf8))
        for line in ["printf", "/bin/sh", "connect; ", "sh -c"] {
            let logins = PretendLogins { $0.lines = [(line, open), ("connect\n", PretendLogins.hello(1, 1))] }
            #expect(try await failure(logins).code == .keyOpensTooMuch, "\(line)")
        }
        // A refusal with status 0 is none.
        let polite = PretendLogins { $0.lines = [("printf", RemoteResult(status: 0))] }
        #expect(try await failure(polite).code == .keyOpensTooMuch)
    }

    @Test func anAgentThatDoesNotFitIsNamed() async throws {
        let silent = PretendLogins { $0.lines = [] }
        #expect(try await failure(silent).code == .agentSilent)
        let new = PretendLogins { $0.lines = [("connect\n", PretendLogins.hello(7, 9))] }
        #expect(try await failure(new).code == .agentTooNew)
        let old = PretendLogins { $0.lines = [("connect\n", PretendLogins.hello(0, 0))] }
        #expect(try await failure(old).code == .agentTooOld)
    }

    @Test func removalRunsTheInstalledBinary() async throws {
        let logins = PretendLogins()
        let report = try await AgentsInstall(logins: logins).remove(RemoveDocument(purge: true), from: node)
        #expect(report.changed == ["account"])
        #expect(logins.log.last == "sudo -n -- /usr/local/bin/k3s-upgrade-agent remove")
        #expect(logins.document == "{\"purge\":true}\n")
        #expect(logins.open == 0)
    }

    @Test func removalWithoutAnAgentChangesNothing() async throws {
        let logins = PretendLogins { $0.installed = false }
        let report = try await AgentsInstall(logins: logins).remove(RemoveDocument(), from: node)
        #expect(report.changed.isEmpty)
        #expect(logins.log.last == "test -x /usr/local/bin/k3s-upgrade-agent")
    }

    @Test func statusTellsEachNodesTrouble() async throws {
        let found = await AgentsStatus(logins: PretendLogins()).status(of: [node, node])
        #expect(found.map(\.hello?.product) == ["0.1.0", "0.1.0"])
        let silent = await AgentsStatus(logins: PretendLogins { $0.lines = [] }).status(of: node)
        #expect(silent.problem?.code == .agentSilent)
        #expect(silent.hello == nil)
    }
}
