internal import Dispatch
internal import Glibc
package import SystemPackage

/// The other end of an SSH connection's forced command: joins it to the agent's socket.
package enum Bridge {
    /// Copies standard input to the socket and the socket to standard output until either side has ended.
    ///
    /// - Returns: the exit status.
    package static func run(socket path: FilePath) -> Int32 {
        guard let descriptor = open(path) else { return unreachable(path) }
        signal(SIGPIPE, SIG_IGN)
        DispatchQueue(label: "input").async {
            copy(from: 0, to: descriptor)
            shutdown(descriptor, Int32(SHUT_WR))
        }
        copy(from: descriptor, to: 1)
        return 0
    }

    static func unreachable(_ path: FilePath) -> Int32 {
        fail("the agent's socket \(path) cannot be reached: systemctl status k3s-upgrade-agent.socket")
    }

    /// Connects to the agent; nil if nothing takes the connection.
    static func open(_ path: FilePath) -> Int32? {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0, connect(descriptor, to: path.string) else { return nil }
        return descriptor
    }

    private static func connect(_ descriptor: Int32, to path: String) -> Bool {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { return false }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
    }

    static func copy(from source: Int32, to sink: Int32) {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = read(source, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            var written = 0
            while written < count {
                let step = buffer[written..<count].withUnsafeBytes { write(sink, $0.baseAddress, $0.count) }
                if step < 0, errno == EINTR { continue }
                guard step > 0 else { return }
                written += step
            }
        }
    }

    static func fail(_ message: String) -> Int32 {
        let line = Array("k3s-upgrade-agent: \(message)\n".utf8)
        _ = line.withUnsafeBytes { write(2, $0.baseAddress, $0.count) }
        return 1
    }
}
