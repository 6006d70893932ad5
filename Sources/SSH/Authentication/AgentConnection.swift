import Glibc

/// A connection to the ssh-agent, of which libssh holds one descriptor and we another: ours can end a wait of libssh's,
/// which has no time-out of its own.
struct AgentConnection: Sendable {
    private let socket: Descriptor

    /// Connects; nil if no agent listens there. Blocks until the agent takes the connection, at most to the deadline.
    init?(path: String, until deadline: Deadline) {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let capacity = MemoryLayout.size(ofValue: address.sun_path)
        let bytes = Array(path.utf8)
        guard !bytes.isEmpty, bytes.count < capacity else { return nil }
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }

        let number = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard number >= 0 else { return nil }
        socket = Descriptor(owning: number)
        // A unix socket's connect waits for room in the listener's queue as long as the send time-out says.
        let wait = deadline.remaining.components
        var patience = timeval(
            tv_sec: Int(wait.seconds), tv_usec: max(1, Int(wait.attoseconds / 1_000_000_000_000)))
        unsafe setsockopt(number, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        let result = unsafe withUnsafeBytes(of: &address) { bytes in
            unsafe bytes.assumingMemoryBound(to: sockaddr.self).baseAddress.map {
                unsafe connect(number, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard result == 0 else { return nil }
    }

    /// A descriptor for libssh to keep and close.
    /// - Parameter only: the public keys that it may see, in base64; nil for all of the agent's.
    func forLibssh(only: Set<String>?) throws(SSHError) -> Int32 {
        guard let only else { return try socket.duplicate() }
        return try AgentFilter.start(before: socket, showing: only)
    }

    /// Makes every wait on this connection end now.
    func interrupt() { shutdown(socket.number, Int32(SHUT_RDWR)) }
}
