import Testing

@testable import SSH

@Suite(.timeLimit(.minutes(5))) struct CommandTests {
    @Test func givesOutputErrorsAndStatus() async throws {
        let session = try await TestServer.start().connect()
        let result = try await session.sh("echo out; echo err >&2; exit 7")
        #expect(result.text == "out\n")
        #expect(result.standardError.bytes == Array("err\n".utf8))
        #expect(result.end == .status(7))
        #expect(try await session.sh("true").end.isSuccess)
    }

    @Test func tellsASignalFromAStatus() async throws {
        let session = try await TestServer.start().connect()
        #expect(try await session.sh("kill -KILL $$").end == .signal("KILL"))
        #expect(try await session.sh("kill -TERM $$").end == .signal("TERM"))
    }

    @Test func passesArgumentsThroughTheLoginShell() async throws {
        let session = try await TestServer.start().connect()
        let arguments = ["a b", "it's", "$HOME", "`id`", "", "*", "é\n\"\\", "-n"]
        let command = try RemoteCommand(["printf", "%s\\0"] + arguments)
        let result = try await session.run(command, timeout: .seconds(60))
        #expect(result.text == arguments.map { $0 + "\0" }.joined())
    }

    @Test func takesInput() async throws {
        let session = try await TestServer.start().connect()
        #expect(try await session.sh("wc -c", input: noise(300_000)).text == "300000\n")
    }

    @Test func aCommandNeedNotReadItsInput() async throws {
        let session = try await TestServer.start().connect()
        #expect(try await session.sh("exit 3", input: noise(8_000_000)).end == .status(3))
    }

    @Test func aFloodOfErrorsDoesNotHoldTheCommandUp() async throws {
        let session = try await TestServer.start().connect()
        let result = try await session.sh("head -c 8000000 /dev/zero | tr '\\0' e >&2; echo done")
        #expect(result.text == "done\n")
        #expect(result.standardError.bytes.count == 64 << 10)
        #expect(result.standardError.dropped == 8_000_000 - (64 << 10))
    }

    @Test func boundsTheOutput() async throws {
        let session = try await TestServer.start().connect()
        let error = await failure { () throws(SSHError) in
            try await session.run(RemoteCommand(shellLine: "yes"), timeout: .seconds(60), outputLimit: 100_000)
        }
        #expect(error?.code == .outputLimitExceeded)
        #expect(try await session.sh("echo on").text == "on\n")
    }

    @Test func isBoundInTime() async throws {
        let session = try await TestServer.start().connect()
        let start = ContinuousClock.now
        let error = await failure { () throws(SSHError) in
            try await session.sh("cat; \(untilHangUp)", timeout: .seconds(1))
        }
        #expect(error?.code == .timedOut)
        #expect(ContinuousClock.now - start < .seconds(30))
        #expect(try await session.sh("echo on").text == "on\n")
    }

    @Test func cancellationClosesTheChannel() async throws {
        let server = try await TestServer.start()
        let session = try await server.connect()
        let (started, ended) = (server.scratch.file("started"), server.scratch.file("ended"))
        let channel = try await session.execute(RemoteCommand(shellLine: "echo > \(started); cat; echo > \(ended)"))
        let reading = Task { await failure { () throws(SSHError) in try await channel.read() } }
        #expect(try await session.waitUntil("[ -e \(started) ]"))
        reading.cancel()
        #expect(await reading.value?.code == .cancelled)
        // The command has seen the end of its input.
        #expect(try await session.waitUntil("[ -e \(ended) ]"))
        #expect(await failure { () throws(SSHError) in try await channel.read() }?.code == .channelClosed)
    }

    @Test func aForgottenChannelIsClosed() async throws {
        let server = try await TestServer.start()
        let session = try await server.connect()
        let ended = server.scratch.file("ended")
        _ = try await session.execute(RemoteCommand(shellLine: "cat; echo > \(ended)"))
        #expect(try await session.waitUntil("[ -e \(ended) ]"))
    }

    @Test func saysWhyNoChannelIsToBeHad() async throws {
        let session = try await TestServer.start("MaxSessions 1").connect()
        let first = try await session.execute(RemoteCommand(["cat"]))
        let error = await failure { () throws(SSHError) in try await session.sh("true") }
        #expect(error?.code == .channelRefused)
        #expect(error?.wayOut.contains("MaxSessions") == true)
        try await first.finishInput()
        #expect(try await first.end().isSuccess)
        #expect(try await first.read() == nil)
        await first.close()
        // sshd counts the channel off a moment after it has seen it closed.
        var output: CommandResult?
        let deadline = ContinuousClock.now + .seconds(60)
        while output == nil {
            do throws(SSHError) {
                output = try await session.sh("echo on")
            } catch {
                try #require(error.code == .channelRefused && ContinuousClock.now < deadline)
            }
        }
        #expect(output?.text == "on\n")
    }

    @Test func runsTwentyAtOnce() async throws {
        let session = try await TestServer.start().connect()
        // As bytes: repairing noise to text would take minutes.
        let outputs = try await withThrowingTaskGroup(of: (Int, [UInt8]).self) { group in
            for number in 0..<20 {
                group.addTask { (number, try await session.sh("cat; echo \(number)", input: noise(100_000)).output) }
            }
            return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        #expect(outputs.count == 20)
        for (number, output) in outputs { #expect(output == noise(100_000) + Array("\(number)\n".utf8)) }
    }
}
