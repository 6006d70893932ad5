internal import Glibc
internal import Wire

/// Whole lines over a connected socket, both ways; each call blocks its thread.
struct SocketLine: ~Copyable {
    private let descriptor: Int32
    private var splitter = LineSplitter(limit: 64 << 10)
    private var waiting: [[UInt8]] = []

    init(from descriptor: Int32) { self.descriptor = descriptor }

    /// The next line without its newline; nil at the end, and for a line that is too long.
    mutating func next() -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while waiting.isEmpty {
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0, let lines = try? splitter.take(buffer[..<count]) else { return nil }
            waiting = lines
        }
        return waiting.removeFirst()
    }

    /// Whether all of it went out.
    static func send(_ message: some Encodable, to descriptor: Int32) -> Bool {
        guard let line = try? FrameCodec.encode(message) else { return false }
        var rest = line[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }
}
