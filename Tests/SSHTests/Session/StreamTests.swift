import Glibc
import Testing

@testable import SSH

@Suite(.timeLimit(.minutes(5))) struct StreamTests {
    @Test func carriesMuchBothWaysAtOnce() async throws {
        let session = try await TestServer.start().connect()
        let channel = try await session.execute(RemoteCommand(["cat"]))
        let sent = noise(16_000_000)
        async let writing: Void = {
            try await channel.write(sent, timeout: .seconds(120))
            try await channel.finishInput()
        }()
        var received: [UInt8] = []
        for try await chunk in channel.output { received += chunk }
        try await writing
        #expect(received == sent)
        #expect(try await channel.end().isSuccess)
    }

    @Test func survivesManyNewKeys() async throws {
        let session = try await TestServer.start("RekeyLimit 1M").connect()
        let sent = noise(12_000_000)
        let result = try await session.run(
            RemoteCommand(["cat"]), input: sent, timeout: .seconds(120), outputLimit: 20_000_000)
        #expect(result.output == sent)
    }

    @Test func aCommandThatDoesNotReadHoldsTheWriterUp() async throws {
        let server = try await TestServer.start()
        let session = try await server.connect()
        let fifo = server.scratch.file("fifo")
        let channel = try await session.execute(
            RemoteCommand(shellLine: "mkfifo \(fifo); timeout 60 sh -c 'read line < \(fifo)'"))
        let error = await failure { () throws(SSHError) in
            try await channel.write(noise(16_000_000), timeout: .seconds(2))
        }
        #expect(error?.code == .timedOut)
        // What was taken is the peer's window, not our memory.
        #expect(await !session.isHoldingBytes)
        #expect(try #require(await session.moved).sent < 4_000_000)
        #expect(try await session.sh("echo > \(fifo); echo on").text == "on\n")
    }

    @Test func aReaderThatDoesNotReadHoldsTheCommandUp() async throws {
        let server = try await TestServer.start()
        let session = try await server.connect()
        let size = 30_000_000
        let channel = try await session.execute(RemoteCommand(shellLine: "head -c \(size) /dev/zero"))
        // Other commands run on while this one is held up.
        for _ in 0..<20 { #expect(try await session.sh("sleep .02; echo on").text == "on\n") }
        let received = try #require(await session.moved?.received)
        #expect(received < 5_000_000)
        var count = 0
        for try await chunk in channel.output { count += chunk.count }
        #expect(count == size)
        #expect(try await channel.end().isSuccess)
    }

    /// Standard error opens the window for the output as well. Depending on how the two mix, the command is held up, or
    /// the channel is closed at its limit; memory is bounded either way.
    @Test func outputThatNobodyReadsIsBounded() async throws {
        let session = try await TestServer.start().connect()
        let channel = try await session.execute(RemoteCommand(shellLine: "yes & yes >&2"))
        let error = await failure { () throws(SSHError) in try await channel.end(timeout: .seconds(8)) }
        #expect(error?.code == .outputLimitExceeded || error?.code == .timedOut)
        #expect(await session.mostHeld < 34 << 20)
        await channel.close()
        #expect(try await session.sh("echo on").text == "on\n")
    }

    @Test func answersWhileOthersStream() async throws {
        let session = try await TestServer.start().connect()
        let channel = try await session.execute(RemoteCommand(["cat"]))
        for number in 0..<200 {
            let line = Array("request \(number)\n".utf8)
            try await channel.write(line, timeout: .seconds(60))
            #expect(try await channel.read(timeout: .seconds(60)) == line)
        }
    }

    @Test func readingHasATimeLimitThatClosesNothing() async throws {
        let session = try await TestServer.start().connect()
        let channel = try await session.execute(RemoteCommand(["cat"]))
        let error = await failure { () throws(SSHError) in try await channel.read(timeout: .milliseconds(100)) }
        #expect(error?.code == .timedOut)
        try await channel.write([1, 2, 3])
        #expect(try await channel.read(timeout: .seconds(60)) == [1, 2, 3])
    }

    /// Who says a little now and then does not get the time anew for every word.
    @Test func readsShareTheirTime() async throws {
        let session = try await TestServer.start().connect()
        let channel = try await session.execute(RemoteCommand(shellLine: "while echo on; do sleep .02; done"))
        #expect(try await channel.read(timeout: .seconds(60)) != nil)
        let deadline = Deadline.after(.milliseconds(300))
        let error = await failure { () throws(SSHError) in
            while try await channel.read(until: deadline) != nil {}
        }
        #expect(error?.code == .timedOut)
        await channel.close()
    }

    @Test func pushesAFile() async throws {
        let server = try await TestServer.start()
        let session = try await server.connect()
        let size = 70 << 20
        let source = open(server.scratch.file("source"), O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        defer { close(source) }
        let piece = noise(1 << 20)
        for _ in 0..<70 { #expect(write(source, piece, piece.count) == piece.count) }
        lseek(source, 0, SEEK_SET)

        let target = server.scratch.file("target")
        let channel = try await session.execute(RemoteCommand(shellLine: "cat > '\(target)'"))
        let start = ContinuousClock.now
        let count = try await channel.push(FileChunks(descriptor: source), timeout: .seconds(120))
        #expect(try await channel.end(timeout: .seconds(60)).isSuccess)
        let taken = ContinuousClock.now - start
        #expect(count == UInt64(size))
        print("push: 70 MiB in \(taken), \(Int(Double(size) / (taken / .seconds(1)) / 1e6)) MB/s")
        let same = try await session.sh("cmp '\(server.scratch.file("source"))' '\(target)'")
        #expect(same.end.isSuccess)
    }
}
