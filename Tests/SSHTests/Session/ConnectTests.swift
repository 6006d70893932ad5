import Testing

@testable import SSH

@Suite(.timeLimit(.minutes(5))) struct ConnectTests {
    @Test func aClosedPortIsRefusedAtOnce() async throws {
        let port = try LoopbackSocket.freePort()
        let destination = Destination(host: "127.0.0.1", port: port, user: "root", knownHostsFiles: [])
        let error = await failure { () throws(SSHError) in try await SSHSession.connect(to: destination) }
        #expect(error?.code == .unreachable)
        #expect(error?.cause?.contains("127.0.0.1:\(port): Connection refused") == true)
        #expect(error?.wayOut.contains("sshd") == true)
    }

    @Test func aListenerThatIsSilentIsGivenUp() async throws {
        let silent = try LoopbackSocket()
        var options = ConnectOptions()
        options.timeout = .seconds(3)
        let start = ContinuousClock.now
        let destination = Destination(host: "127.0.0.1", port: silent.port, user: "root", knownHostsFiles: [])
        let error = await failure { () throws(SSHError) in
            try await SSHSession.connect(to: destination, options: options)
        }
        #expect(error?.code == .timedOut)
        #expect(error?.message.contains("silent") == true)
        #expect(ContinuousClock.now - start < .seconds(45))
    }

    @Test(arguments: ["HTTP/1.1 400 Bad Request\r\n\r\n", "\u{1B}[2J\r\n", "SSH-1.5-old\r\n", ""])
    func anotherProtocolIsNamed(greeting: String) async throws {
        let socket = try LoopbackSocket()
        try PosixThread.start { socket.greet(with: greeting) }
        let destination = Destination(host: "127.0.0.1", port: socket.port, user: "root", knownHostsFiles: [])
        let error = await failure { () throws(SSHError) in try await SSHSession.connect(to: destination) }
        #expect(error?.code == .handshakeFailed)
        #expect(error?.description.contains("\u{1B}") == false)
    }

    @Test func aNameThatIsNoneIsNotFound() async throws {
        let destination = Destination(host: "a..b", user: "root", knownHostsFiles: [])
        let error = await failure { () throws(SSHError) in try await SSHSession.connect(to: destination) }
        #expect(error?.code == .hostNotFound)
    }

    /// `localhost` has ::1 as well on most machines, where nobody listens.
    @Test func triesTheNextAddress() async throws {
        let server = try await TestServer.start()
        try server.scratch.write("[localhost]:\(server.port) \(try server.hostKeyLine)\n", to: "known_hosts")
        let session = try await server.connect { destination, _ in destination.host = "localhost" }
        #expect(try await session.sh("echo on").text == "on\n")
    }

    @Test func cancellationEndsIt() async throws {
        let silent = try LoopbackSocket()
        let destination = Destination(host: "127.0.0.1", port: silent.port, user: "root", knownHostsFiles: [])
        let connecting = Task {
            await failure { () throws(SSHError) in try await SSHSession.connect(to: destination) }
        }
        connecting.cancel()
        #expect(await connecting.value?.code == .cancelled)
    }

    @Test func fiftySessionsAtOnce() async throws {
        let server = try await TestServer.start()
        let start = ContinuousClock.now
        let sessions = try await withThrowingTaskGroup(of: SSHSession.self) { group in
            for number in 0..<50 {
                group.addTask {
                    let session = try await server.connect()
                    #expect(try await session.sh("echo \(number)").text == "\(number)\n")
                    return session
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        print("50 sessions: connect, authenticate, exec in \(ContinuousClock.now - start)")
        for session in sessions { await session.close() }
    }

    @Test func aSessionTakesLittleTime() async throws {
        let server = try await TestServer.start()
        let clock = ContinuousClock()
        _ = try await server.connect().sh("true")
        var session: SSHSession?
        let connecting = try await clock.measure { session = try await server.connect() }
        let connected = try #require(session)
        let executing = try await clock.measure { _ = try await connected.sh("true") }
        let channel = try await connected.execute(RemoteCommand(["cat"]))
        let asking = try await clock.measure {
            for _ in 0..<100 {
                try await channel.write([1])
                _ = try await channel.read()
            }
        }
        print("connect and authenticate \(connecting), exec \(executing), request on an open channel \(asking / 100)")
    }
}
