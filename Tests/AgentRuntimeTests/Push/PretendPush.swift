import AgentRuntime
import Dispatch
import Glibc
import Synchronization
import Testing
import Wire

/// One push as it goes on a node: a standard input, the forced command's half, a socket, the daemon's half.
final class PretendPush: Sendable {
    private let input: (read: Int32, write: Int32)
    private let output: (read: Int32, write: Int32)
    private let theirs: Int32
    private let status = Mutex<Int32?>(nil)
    private let ended = DispatchGroup()

    init(_ order: PushOrder, to receiver: PushReceiver) throws {
        func pipe() throws -> (read: Int32, write: Int32) {
            var ends: [Int32] = [0, 0]
            try #require(Glibc.pipe(&ends) == 0)
            return (ends[0], ends[1])
        }
        var pair: [Int32] = [0, 0]
        try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0, &pair) == 0)
        (input, output, theirs) = (try pipe(), try pipe(), pair[1])
        signal(SIGPIPE, SIG_IGN)
        let (theirs, ours, input, output) = (pair[1], pair[0], self.input.read, self.output.write)
        ended.enter()
        DispatchQueue(label: "daemon").async { [ended] in
            // As `Connection` does it: a greeting, the first line, and what it orders.
            let hello = (try? FrameCodec.encode(Hello.ours)) ?? []
            _ = hello.withUnsafeBytes { write(theirs, $0.baseAddress, $0.count) }
            if let opening = try? FrameCodec.decodeStrictly(PushOpening.self, from: Self.line(from: theirs)) {
                receiver.serve(opening.push, over: theirs)
            }
            shutdown(theirs, Int32(SHUT_RDWR))
            ended.leave()
        }
        ended.enter()
        DispatchQueue(label: "command").async { [self] in
            let status = PushBridge.run(order, over: ours, input: input, output: output)
            self.status.withLock { $0 = status }
            close(output)
            ended.leave()
        }
    }

    /// Standard input and the command's end of the socket stay open: its process would end now, and a thread of it may
    /// still be at them.
    deinit {
        close(output.read)
        close(theirs)
    }

    /// What the coordinator sends, at most what a pipe holds.
    func send(_ bytes: [UInt8]) { _ = bytes.withUnsafeBytes { write(input.write, $0.baseAddress, $0.count) } }

    func endInput() { close(input.write) }

    /// The next reply; waits for it.
    func reply() async throws -> PushReply {
        let descriptor = output.read
        let line = await withCheckedContinuation { continuation in
            DispatchQueue(label: "reply").async { continuation.resume(returning: Self.line(from: descriptor)) }
        }
        return try FrameCodec.decode(PushReply.self, from: line)
    }

    /// The forced command's exit status, once both halves have ended.
    func exitStatus() async -> Int32? {
        await withCheckedContinuation { continuation in
            ended.notify(queue: .global()) { continuation.resume() }
        }
        return status.withLock { $0 }
    }

    private static func line(from descriptor: Int32) -> [UInt8] {
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while line.count < 4096, read(descriptor, &byte, 1) == 1, byte != 10 { line.append(byte) }
        return line
    }
}
