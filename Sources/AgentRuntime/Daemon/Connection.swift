internal import Dispatch
internal import Glibc
internal import Synchronization
internal import Wire

/// One coordinator's connection: lines in, lines out. Reading and writing block on threads of their own, so that a
/// peer that stalls stalls nobody else.
final class Connection: Sendable {
    /// Requests that may be under way at once; the next is not read before one has ended.
    private static let underWay = 8
    /// Lines that may wait to be written; a peer that lets more pile up is cut off.
    private static let unwrittenLimit = 256
    /// A write that makes no progress for so long ends the connection, in seconds.
    private static let writeTimeout = 20

    private let descriptor: Int32
    private let daemon: AgentDaemon
    private let pushes: PushReceiver
    private let writer: DispatchQueue
    private let permits = DispatchSemaphore(value: underWay)
    private let unwritten = Mutex(0)

    init(descriptor: Int32, daemon: AgentDaemon, pushes: PushReceiver) {
        self.descriptor = descriptor
        self.daemon = daemon
        self.pushes = pushes
        writer = DispatchQueue(label: "writer")
        var timeout = timeval(tv_sec: Self.writeTimeout, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
    }

    /// Serves the peer until it leaves; blocks its thread.
    func serve() {
        var listening: Int?
        defer {
            if let listening { Blocking.wait { await self.daemon.unlisten(listening) } }
            // Whatever is still to be written goes out, or times out, before the descriptor is another's.
            writer.sync {}
            close(descriptor)
        }
        send(Hello.ours)
        var splitter = LineSplitter()
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0, let lines = try? splitter.take(buffer[..<count]) else { return }
            for line in lines {
                if listening != nil {
                    take(line)
                } else if let hello = try? FrameCodec.decode(Hello.self, from: line) {
                    guard Hello.ours.common(with: hello) != nil else { return }
                    listening = Blocking.wait { await self.daemon.listen { event in self.send(Said.event(event)) } }
                } else {
                    // Whoever pushes waits for a reply before the first byte: nothing can stand behind this line.
                    guard lines.count == 1, let opening = try? FrameCodec.decodeStrictly(PushOpening.self, from: line)
                    else { return }
                    writer.sync {}
                    return pushes.serve(opening.push, over: descriptor)
                }
            }
        }
    }

    private func take(_ line: [UInt8]) {
        let asked: Asked
        do {
            asked = try FrameCodec.decodeStrictly(Asked.self, from: line)
        } catch {
            let id = (try? FrameCodec.decode(Numbered.self, from: line))?.id ?? 0
            send(Said.answer(id: id, .refused(Refusal(.malformed, error.reason))))
            return
        }
        permits.wait()
        Task {
            let answer = await daemon.answer(asked)
            self.send(Said.answer(id: asked.id, answer))
            permits.signal()
        }
    }

    private func send(_ message: some Encodable & Sendable) {
        let waiting = unwritten.withLock { count in
            count += 1
            return count
        }
        guard waiting <= Self.unwrittenLimit, let line = try? FrameCodec.encode(message) else {
            unwritten.withLock { $0 -= 1 }
            shutdown(descriptor, Int32(SHUT_RDWR))
            return
        }
        writer.async { [self] in
            defer { unwritten.withLock { $0 -= 1 } }
            var rest = line[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes {
                    Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                if count < 0, errno == EINTR { continue }
                guard count > 0 else {
                    shutdown(descriptor, Int32(SHUT_RDWR))
                    return
                }
                rest = rest.dropFirst(count)
            }
        }
    }
}

/// As much of a request as names it.
private struct Numbered: Decodable {
    let id: Int
}
