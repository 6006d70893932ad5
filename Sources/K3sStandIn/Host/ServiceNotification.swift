internal import Glibc

/// systemd's readiness protocol: one datagram to the socket named by NOTIFY_SOCKET.
enum ServiceNotification {
    /// Sends `state` (`READY=1`); nothing happens outside a unit.
    static func send(_ state: String) {
        guard let value = getenv("NOTIFY_SOCKET") else { return }
        var path = Array(String(cString: value).utf8)
        guard path.first == UInt8(ascii: "/") || path.first == UInt8(ascii: "@") else { return }
        if path[0] == UInt8(ascii: "@") { path[0] = 0 }
        var address = sockaddr_un()
        guard path.count < MemoryLayout.size(ofValue: address.sun_path) else { return }
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path) }
        let file = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard file >= 0 else { return }
        defer { close(file) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + path.count)
        let text = Array(state.utf8)
        let sent = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                sendto(file, text, text.count, 0, address, length)
            }
        }
        if sent != text.count { Log.error("cannot notify systemd: \(String(cString: strerror(errno)))") }
    }
}
