import Glibc

@testable import SSH

/// A listening socket on 127.0.0.1 that never accepts: the kernel takes connections into its queue.
final class LoopbackSocket: Sendable {
    let port: Int
    private let descriptor: Descriptor

    init() throws {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        descriptor = Descriptor(owning: socket)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(socket, address, length) == 0 && listen(socket, 16) == 0
                    && getsockname(socket, address, &length) == 0
            }
        }
        guard result else { throw SSHError.system("listening", errno) }
        port = Int(UInt16(bigEndian: address.sin_port))
    }

    /// Takes one connection, says `text` and hangs up. Blocks until someone connects.
    func greet(with text: String) {
        let connection = accept(descriptor.number, nil, nil)
        guard connection >= 0 else { return }
        let bytes = Array(text.utf8)
        _ = write(connection, bytes, bytes.count)
        shutdown(connection, Int32(SHUT_WR))
        var buffer = [UInt8](repeating: 0, count: 4096)
        while read(connection, &buffer, buffer.count) > 0 {}
        close(connection)
    }

    /// A port that nobody listens on at the moment.
    static func freePort() throws -> Int { try LoopbackSocket().port }
}
