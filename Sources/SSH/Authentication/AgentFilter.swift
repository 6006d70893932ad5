import Glibc

/// Stands between an ssh-agent and libssh, which would offer all keys of an agent one after the other: shows it some of
/// them only.
struct AgentFilter: Sendable {
    private let agent: Descriptor
    private let client: Descriptor
    private let wanted: Set<String>

    /// As long as OpenSSH's agent takes or gives.
    private static let longest = 256 << 10
    /// SSH_AGENT_IDENTITIES_ANSWER of draft-miller-ssh-agent.
    private static let identities: UInt8 = 12

    /// Starts a thread that carries requests to the agent and its answers back. It ends when either side hangs up.
    /// - Parameter wanted: the public keys to be shown, in base64.
    /// - Returns: the socket to ask at, for the caller to close.
    static func start(before agent: Descriptor, showing wanted: Set<String>) throws(SSHError) -> Int32 {
        let pipe = try Pipe()
        let filter = AgentFilter(agent: agent, client: pipe.ours, wanted: wanted)
        let number = try pipe.theirs.duplicate()
        do throws(SSHError) {
            try PosixThread.start { filter.run() }
        } catch {
            close(number)
            throw error
        }
        return number
    }

    private func run() {
        while let request = Self.message(from: client), Self.send(request, to: agent),
            let answer = Self.message(from: agent), Self.send(Self.showing(wanted, of: answer), to: client)
        {}
        // Whoever still waits at the other end learns that nothing comes.
        shutdown(client.number, Int32(SHUT_RDWR))
    }

    /// An agent's answer with no keys but the wanted ones, where it is a list of keys.
    static func showing(_ wanted: Set<String>, of answer: [UInt8]) -> [UInt8] {
        guard answer.first == identities else { return answer }
        var rest = answer.dropFirst(5)
        var (count, list) = (0, [UInt8]())
        while let key = string(&rest), let comment = string(&rest) {
            guard wanted.contains(base64(key)) else { continue }
            count += 1
            list += length(key.count) + key + length(comment.count) + comment
        }
        return [identities] + length(count) + list
    }

    private static func string(_ bytes: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard bytes.count >= 4 else { return nil }
        let count = number(bytes.prefix(4))
        guard bytes.count - 4 >= count else { return nil }
        defer { bytes = bytes.dropFirst(4 + count) }
        return bytes.dropFirst(4).prefix(count)
    }

    private static func number(_ bytes: some Sequence<UInt8>) -> Int { bytes.reduce(0) { $0 << 8 | Int($1) } }

    private static func length(_ number: Int) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
    }

    private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    private static func base64(_ bytes: some Sequence<UInt8>) -> String {
        var text: [UInt8] = []
        var (bits, count) = (0, 0)
        for byte in bytes {
            (bits, count) = ((bits << 8 | Int(byte)) & 0xffff, count + 8)
            while count >= 6 {
                count -= 6
                text.append(digits[bits >> count & 63])
            }
        }
        if count > 0 { text.append(digits[bits << (6 - count) & 63]) }
        while text.count % 4 != 0 { text.append(UInt8(ascii: "=")) }
        return String(decoding: text, as: UTF8.self)
    }

    // MARK: Messages: four bytes with the length, and so many bytes

    private static func message(from socket: Descriptor) -> [UInt8]? {
        guard let head = read(4, from: socket) else { return nil }
        let count = number(head)
        return count <= longest ? read(count, from: socket) : nil
    }

    private static func read(_ count: Int, from socket: Descriptor) -> [UInt8]? {
        var bytes: [UInt8] = []
        while bytes.count < count {
            var buffer = [UInt8](repeating: 0, count: count - bytes.count)
            let got = unsafe recv(socket.number, &buffer, buffer.count, 0)
            if got < 0, errno == EINTR { continue }
            guard got > 0 else { return nil }
            bytes += buffer.prefix(got)
        }
        return bytes
    }

    private static func send(_ message: [UInt8], to socket: Descriptor) -> Bool {
        var rest = (length(message.count) + message)[...]
        while !rest.isEmpty {
            let sent = unsafe rest.withUnsafeBytes { bytes in
                unsafe Glibc.send(socket.number, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
            }
            if sent < 0, errno == EINTR { continue }
            guard sent > 0 else { return false }
            rest = rest.dropFirst(sent)
        }
        return true
    }
}
