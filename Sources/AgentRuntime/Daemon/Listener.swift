internal import Dispatch
internal import Glibc

/// The unix socket, which systemd opened for us; connections are taken from root and from the group that may open it.
package struct Listener: Sendable {
    /// More than one operator's coordinators; what comes beyond waits in the socket's queue.
    private static let connectionLimit = 16

    private let descriptor: Int32
    /// The group that the socket belongs to, by number.
    private let group: UInt32

    /// The one socket that systemd handed over (sd_listen_fds(3)); nil when it handed none.
    package static func inherited() -> Listener? {
        guard let process = variable("LISTEN_PID"), Int32(process) == getpid(), variable("LISTEN_FDS") == "1" else {
            return nil
        }
        _ = fcntl(3, F_SETFD, FD_CLOEXEC)
        return Listener(descriptor: 3)
    }

    private static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

    private init(descriptor: Int32) {
        self.descriptor = descriptor
        var name = sockaddr_un()
        var length = socklen_t(MemoryLayout<sockaddr_un>.size)
        let path = withUnsafeMutablePointer(to: &name) { pointer -> String in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { _ = getsockname(descriptor, $0, &length) }
            return withUnsafeBytes(of: &pointer.pointee.sun_path) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
        }
        var facts = stat()
        group = stat(path, &facts) == 0 ? facts.st_gid : 0
    }

    /// Takes connections until the socket is closed; blocks its thread.
    package func run(_ daemon: AgentDaemon, pushes: PushReceiver) {
        let room = DispatchSemaphore(value: Self.connectionLimit)
        while true {
            room.wait()
            let peer = accept(descriptor, nil, nil)
            guard peer >= 0 else {
                room.signal()
                if [EINTR, ECONNABORTED, EMFILE, ENFILE].contains(errno) {
                    continue
                }
                return
            }
            guard isWelcome(peer) else {
                close(peer)
                room.signal()
                continue
            }
            _ = fcntl(peer, F_SETFD, FD_CLOEXEC)
            DispatchQueue(label: "connection").async {
                Connection(descriptor: peer, daemon: daemon, pushes: pushes).serve()
                IdleMemory.giveBack()
                room.signal()
            }
        }
    }

    private func isWelcome(_ peer: Int32) -> Bool {
        var credentials = PeerCredentials()
        var length = socklen_t(MemoryLayout<PeerCredentials>.size)
        guard getsockopt(peer, SOL_SOCKET, SO_PEERCRED, &credentials, &length) == 0 else { return false }
        return credentials.uid == 0 || credentials.gid == group
    }
}

/// The kernel's `struct ucred` (unix(7)), which Swift's Glibc module lacks.
private struct PeerCredentials {
    var pid: Int32 = 0
    var uid: UInt32 = 0
    var gid: UInt32 = 0
}
