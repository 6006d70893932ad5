import Glibc
import Testing

@testable import SSH

@Suite(.timeLimit(.minutes(5))) struct EndTests {
    /// The sshd process that serves a session: the parent of its shells.
    private func process(of session: SSHSession) async throws -> pid_t {
        try #require(pid_t(try await session.sh("echo $PPID").text.dropLast()))
    }

    @Test func aFrozenPeerIsFoundOutAndHarmsNoOther() async throws {
        let server = try await TestServer.start()
        let frozen = try await server.connect {
            $1.heartbeat = .milliseconds(500)
            $1.allowedSilences = 6
        }
        let healthy = try await server.connect()
        let peer = try await process(of: frozen)
        let channel = try await frozen.execute(RemoteCommand(["cat"]))
        let start = ContinuousClock.now
        #expect(kill(peer, SIGSTOP) == 0)
        defer { kill(peer, SIGKILL) }

        async let reading = failure { () throws(SSHError) in try await channel.read() }
        async let writing = failure { () throws(SSHError) in try await channel.write(noise(20_000_000)) }
        async let ending = failure { () throws(SSHError) in try await channel.end() }
        // The loop goes on: with a socket that blocks, the writer would have stopped all sessions.
        for _ in 0..<10 { #expect(try await healthy.sh("echo on").text == "on\n") }
        for error in await [reading, writing, ending] { #expect(error?.code == .peerDead) }
        #expect(ContinuousClock.now - start < .seconds(30))
        #expect(await frozen.endedBy?.code == .peerDead)
        #expect(await failure { () throws(SSHError) in try await frozen.sh("true") }?.code == .peerDead)
        #expect(try await healthy.sh("echo on").text == "on\n")
    }

    @Test func anIdleSessionLives() async throws {
        let session = try await TestServer.start().connect {
            $1.heartbeat = .milliseconds(50)
            $1.allowedSilences = 400
        }
        let channel = try await session.execute(RemoteCommand(shellLine: "sleep 2; echo awake"))
        #expect(try await channel.read() == Array("awake\n".utf8))
        #expect(await session.endedBy == nil)
    }

    @Test func aKilledPeerIsNoticed() async throws {
        let server = try await TestServer.start()
        let session = try await server.connect()
        let other = try await server.connect()
        let channel = try await session.execute(RemoteCommand(["cat"]))
        let reading = Task { await failure { () throws(SSHError) in try await channel.read() } }
        kill(try await process(of: session), SIGKILL)
        #expect(await reading.value?.code == .connectionLost)
        // A connection's end is that of one session alone.
        #expect(try await other.sh("echo on").text == "on\n")
    }

    @Test func closingWakesAllWhoWait() async throws {
        let session = try await TestServer.start().connect()
        let channel = try await session.execute(RemoteCommand(["cat"]))
        let tasks = [
            Task { await failure { () throws(SSHError) in try await channel.read() } },
            Task { await failure { () throws(SSHError) in try await channel.end() } },
            Task { await failure { () throws(SSHError) in try await session.sh("cat; \(untilHangUp)") } },
        ]
        #expect(try await session.sh("echo on").text == "on\n")
        await session.close()
        await session.close()
        for task in tasks { #expect(await task.value?.code == .sessionClosed) }
    }

    @Test func aForgottenSessionIsClosed() async throws {
        let server = try await TestServer.start()
        var session: SSHSession? = try await server.connect()
        let peer = try await process(of: try #require(session))
        session = nil
        let other = try await server.connect()
        #expect(try await other.waitUntil("! kill -0 \(peer) 2>/dev/null"))
    }

    @Test func whatHasArrivedCanBeReadAfterTheEnd() async throws {
        let server = try await TestServer.start()
        let session = try await server.connect()
        let channel = try await session.execute(RemoteCommand(shellLine: "echo last words; exec cat"))
        #expect(try await session.sh("sleep .1").end.isSuccess)
        await session.close()
        #expect(try await channel.read() == Array("last words\n".utf8))
        #expect(await failure { () throws(SSHError) in try await channel.read() }?.code == .sessionClosed)
    }
}
