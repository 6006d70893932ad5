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
