import Glibc
import Testing

@testable import SSH

@Suite(.timeLimit(.minutes(5))) struct AgentTests {
    /// An ssh-agent with the server's client key in it.
    private func agent(with key: String, in scratch: Scratch) async throws -> (Daemon, String) {
        let socket = scratch.file("agent")
        let daemon = try await Daemon.start(["ssh-agent", "-D", "-a", socket], until: "SSH_AUTH_SOCK")
        try await Keys.tool(["env", "SSH_AUTH_SOCK=\(socket)", "ssh-add", "-q", key])
        return (daemon, socket)
    }

    @Test func logsInByTheAgent() async throws {
        let server = try await TestServer.start()
        let (daemon, socket) = try await agent(with: server.scratch.file("id"), in: server.scratch)
        let session = try await server.connect { destination, _ in
            destination.identityFiles = []
            destination.agent = .socket(socket)
        }
        #expect(try await session.sh("echo on").text == "on\n")
        withExtendedLifetime(daemon) {}
    }

    @Test func theAgentIsLeftAloneIfOnlyFilesAreWanted() async throws {
        let server = try await TestServer.start()
        let (daemon, socket) = try await agent(with: server.scratch.file("id"), in: server.scratch)
        let error = await failure { () throws(SSHError) in
            try await server.connect { destination, _ in
                destination.identityFiles = []
                destination.identitiesOnly = true
                destination.agent = .socket(socket)
            }
        }
        #expect(error?.code == .authenticationFailed)
        #expect(error?.cause?.contains("no key was tried") == true)
        withExtendedLifetime(daemon) {}
    }

    /// With IdentitiesOnly the agent signs for a key whose file is encrypted, or is only a public key's; its other keys
    /// would use up the server's patience.
    @Test(
        arguments: ["ed25519", "rsa", "ecdsa"],
        [(file: "mine", withPublic: true), (file: "mine", withPublic: false), (file: "mine.pub", withPublic: true)])
    func theAgentSignsForTheWantedFiles(type: String, wanted: (file: String, withPublic: Bool)) async throws {
        let server = try await TestServer.start("MaxAuthTries 2")
        let scratch = server.scratch
        let path = scratch.file("mine")
        let (daemon, socket) = try await agent(with: scratch.file("id"), in: scratch)
        for name in ["other", "mine"] {
            try await Keys.make(scratch.file(name), type: type)
            try await Keys.tool(["env", "SSH_AUTH_SOCK=\(socket)", "ssh-add", "-q", scratch.file(name)])
        }
        try scratch.write(scratch.read("mine.pub"), to: "authorized_keys")
        try await Keys.tool(["ssh-keygen", "-q", "-p", "-N", "open sesame", "-f", path])
        if !wanted.withPublic { unlink(path + ".pub") }
        let session = try await server.connect { destination, _ in
            destination.identityFiles = [scratch.file(wanted.file)]
            destination.identitiesOnly = true
            destination.agent = .socket(socket)
        }
        #expect(try await session.sh("echo on").text == "on\n")
        withExtendedLifetime(daemon) {}
    }

    @Test func theAgentsOtherKeysAreNotShown() async throws {
        let server = try await TestServer.start()
        let (daemon, socket) = try await agent(with: server.scratch.file("id"), in: server.scratch)
        try await Keys.make(server.scratch.file("locked"), passphrase: "x")
        let error = await failure { () throws(SSHError) in
            try await server.connect { destination, _ in
                destination.identityFiles = [server.scratch.file("locked")]
                destination.identitiesOnly = true
                destination.agent = .socket(socket)
            }
        }
        #expect(error?.code == .authenticationFailed)
        #expect(error?.cause?.contains("ssh-agent \(socket): refused") == true)
        withExtendedLifetime(daemon) {}
    }

    @Test func anAnswerThatIsCutShortShowsNoKey() {
        let whole: [UInt8] = [12, 0, 0, 0, 1, 0, 0, 0, 3, 1, 2, 3, 0, 0, 0, 1, 65]
        #expect(AgentFilter.showing(["AQID"], of: whole) == whole)
        #expect(AgentFilter.showing(["AQIE"], of: whole) == [12, 0, 0, 0, 0])
        for count in 1..<whole.count {
            #expect(AgentFilter.showing(["AQID"], of: Array(whole.prefix(count))) == [12, 0, 0, 0, 0])
        }
        #expect(AgentFilter.showing([], of: [14, 1, 2]) == [14, 1, 2])
        #expect(AgentFilter.showing([], of: []).isEmpty)
    }

    @Test func anAgentThatIsGoneIsNamed() async throws {
        let server = try await TestServer.start()
        let error = await failure { () throws(SSHError) in
            try await server.connect { destination, _ in
                destination.identityFiles = []
                destination.agent = .socket("/nonexistent/agent")
            }
        }
        #expect(error?.code == .authenticationFailed)
        #expect(error?.cause?.contains("ssh-agent /nonexistent/agent: does not answer") == true)
    }

    /// A stopped agent takes the connection and says nothing; libssh would wait for ever, and the loop with it.
    @Test func aFrozenAgentHoldsUpNoOther() async throws {
        let server = try await TestServer.start()
        let (daemon, socket) = try await agent(with: server.scratch.file("id"), in: server.scratch)
        kill(daemon.identifier, SIGSTOP)
        let healthy = try await server.connect()
        async let frozen = failure { () throws(SSHError) in
            try await server.connect { destination, options in
                destination.identityFiles = []
                destination.agent = .socket(socket)
                options.timeout = .seconds(2)
            }
        }
        for _ in 0..<5 { #expect(try await healthy.sh("echo on").text == "on\n") }
        #expect(await frozen?.code == .timedOut)
        #expect(try await healthy.sh("echo on").text == "on\n")
    }
}
