import Glibc
import Testing

@testable import SSH

@Suite(.timeLimit(.minutes(5))) struct JumpTests {
    /// A destination behind `jump`, whose own configuration is in a file for `ssh`.
    private func destination(_ server: TestServer, over jump: TestServer, knownHosts: String? = nil) throws
        -> Destination
    {
        var destination = server.destination
        destination.jumps = ["root@127.0.0.1:\(jump.port)"]
        destination.configurationFile = try server.scratch.write(
            """
            IdentityFile \(jump.scratch.file("id"))
            IdentitiesOnly yes
            UserKnownHostsFile \(knownHosts ?? jump.scratch.file("known_hosts"))
            """, to: "jump_config")
        return destination
    }

    private func connect(to destination: Destination) async throws(SSHError) -> SSHSession {
        var options = ConnectOptions()
        options.timeout = .seconds(120)
        return try await SSHSession.connect(to: destination, options: options)
    }

    @Test func connectsOverAJumpHost() async throws {
        let (jump, server) = (try await TestServer.start(), try await TestServer.start())
        let session = try await connect(to: try destination(server, over: jump))
        let sent = noise(4_000_000)
        let result = try await session.run(
            RemoteCommand(["cat"]), input: sent, timeout: .seconds(60), outputLimit: 5_000_000)
        #expect(result.output == sent)
        #expect(jump.log.contains("Accepted publickey"))
    }

    @Test func endsTheJumpHostsProcess() async throws {
        let (jump, server) = (try await TestServer.start(), try await TestServer.start())
        let session = try await connect(to: try destination(server, over: jump))
        let process = try #require(await session.jump?.process)
        #expect(kill(process, 0) == 0)
        await session.close()
        let other = try await server.connect()
        #expect(try await other.waitUntil("! kill -0 \(process) 2>/dev/null"))
    }

    @Test func saysWhatTheJumpHostSaid() async throws {
        let (jump, server) = (try await TestServer.start(), try await TestServer.start())
        let empty = try server.scratch.write("", to: "empty")
        let target = try destination(server, over: jump, knownHosts: empty)
        let error = await failure { () throws(SSHError) in try await connect(to: target) }
        #expect(error?.code == .jumpFailed)
        #expect(error?.cause?.contains("Host key verification failed") == true)
        #expect(error?.wayOut.contains("ssh -F") == true)
    }

    @Test func aDestinationThatTheJumpHostCannotReach() async throws {
        let (jump, server) = (try await TestServer.start(), try await TestServer.start())
        var target = try destination(server, over: jump)
        target.port = try LoopbackSocket.freePort()
        let error = await failure { () throws(SSHError) in try await connect(to: target) }
        #expect(error?.code == .jumpFailed)
        #expect(
            error?.cause?.lowercased().contains("connection refused") == true
                || error?.cause?.contains("open failed") == true)
    }

    @Test func connectsOverThreeJumpHosts() async throws {
        let (jump, server) = (try await TestServer.start(), try await TestServer.start())
        var target = try destination(server, over: jump)
        target.jumps = Array(repeating: target.jumps[0], count: 3)
        let session = try await connect(to: target)
        #expect(
            try await session.run(RemoteCommand(["echo", "here"]), timeout: .seconds(60)).output == Array("here\n".utf8)
        )
        #expect(jump.log.ranges(of: "Accepted publickey").count == 3)
    }

    /// What an error tells to try gets to an operator's shell as the words that `ssh` was started with.
    @Test func theCommandToTryByHandIsOne() async throws {
        var destination = Destination(host: "h", port: 22, user: "root", knownHostsFiles: [])
        destination.configurationFile = "/it's a file"
        destination.jumps = ["a", "b", "c"]
        let words = try await Keys.tool(["sh", "-c", "printf '%s\\n' \(Jump.commandLine(for: destination))"])
        #expect(words == Jump.arguments(for: destination, over: destination.jumps).map { "\($0)\n" }.joined())
    }

    @Test func tooManyJumpHostsAreRefused() throws {
        var destination = Destination(host: "h", port: 22, user: "root", knownHostsFiles: [])
        destination.configurationFile = "/home/an operator's/100%" + String(repeating: "/folder", count: 50)
        destination.jumps = Array(repeating: "operator@jump.example.org:2200", count: 6)
        try destination.validate()
        // A program takes no word of more than 128 KiB.
        #expect(Jump.arguments(for: destination, over: destination.jumps).allSatisfy { $0.utf8.count < 128 << 10 })
        destination.jumps.append("one-more")
        #expect(
            performing: { try destination.validate() },
            throws: { ($0 as? SSHError)?.message.contains("ProxyJump names 7 hosts") ?? false })
    }

    /// Nothing is asked and nothing taken on trust at any of them.
    @Test func everyJumpHostIsAskedByTheSameRules() throws {
        var destination = Destination(host: "fd00::1", port: 22, user: "root", knownHostsFiles: [])
        destination.configurationFile = "/it's 100%"
        let arguments = Jump.arguments(for: destination, over: ["a", "b@c:2200", "d:22"])
        #expect(arguments.starts(with: ["ssh", "-F", "/it's 100%", "-o"]))
        #expect(arguments.suffix(4) == ["-W", "[fd00::1]:22", "--", "ssh://d:22"])
        #expect(arguments.contains("BatchMode=yes") && arguments.contains("StrictHostKeyChecking=yes"))
        let hop = try #require(arguments.first { $0.hasPrefix("ProxyCommand=") })
        #expect(hop.hasPrefix(#"ProxyCommand='ssh' '-F' '/it'\''s 100%%' '-o' '"#))
        #expect(hop.contains("'StrictHostKeyChecking=yes'") && hop.hasSuffix("'-W' '[%h]:%p' '--' 'ssh://b@c:2200'"))
        #expect(hop.contains("StrictHostKeyChecking=yes'\\''") && hop.contains("[%%h]:%%p"), "the first one, within it")
    }
}
