import Glibc
import Synchronization
import Testing

/// Answers each connection on a loopback port with bytes of its own, one request a connection; ends with its owner.
final class TinyHTTPServer: Sendable {
    let port: UInt16
    private let descriptor: Int32
    private let requests = Mutex<[String]>([])

    /// - Parameter answer: the whole response for a request's path; nil leaves the connection without any.
    init(_ answer: @escaping @Sendable (String) -> String?) throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        try #require(descriptor >= 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(descriptor, generic, length) == 0 && listen(descriptor, 16) == 0
                    && getsockname(descriptor, generic, &length) == 0
            }
        }
        try #require(bound)
        port = UInt16(bigEndian: address.sin_port)
        self.descriptor = descriptor
        Thread.start { [weak self] in
            while true {
                let connection = accept(descriptor, nil, nil)
                guard connection >= 0 else { return }
                let path = Self.path(of: connection)
                self?.requests.withLock { $0.append(path) }
                if let response = answer(path) {
                    let bytes = Array(response.utf8)
                    _ = bytes.withUnsafeBytes {
                        send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                    }
                    close(connection)
                } else {
                    // Held open: the client has to give up by itself.
                    self?.held.withLock { $0.append(connection) }
                }
            }
        }
    }

    private let held = Mutex<[Int32]>([])

    var paths: [String] { requests.withLock { $0 } }

    deinit {
        // Wakes the thread out of `accept`, which then ends.
        shutdown(descriptor, Int32(SHUT_RDWR))
        close(descriptor)
        held.withLock { $0.forEach { _ = close($0) } }
    }

    static func response(_ status: String, _ body: String, headers: [String] = []) -> String {
        (["HTTP/1.1 \(status)", "Content-Length: \(body.utf8.count)", "Connection: close"] + headers)
            .joined(separator: "\r\n") + "\r\n\r\n" + body
    }

    private static func path(of connection: Int32) -> String {
        var head: [UInt8] = []
        var byte: UInt8 = 0
        while head.count < 8192, !head.suffix(4).elementsEqual([13, 10, 13, 10]), recv(connection, &byte, 1, 0) == 1 {
            head.append(byte)
        }
        let line = String(decoding: head.prefix { $0 != 13 }, as: UTF8.self)
        return line.split(separator: " ").dropFirst().first.map(String.init) ?? ""
    }
}

/// A thread that blocks in system calls, off the cooperative pool.
enum Thread {
    private final class Box {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    static func start(_ body: @escaping @Sendable () -> Void) {
        var thread = pthread_t()
        let box = Unmanaged.passRetained(Box(body))
        let made = pthread_create(
            &thread, nil,
            { argument in
                if let argument { Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().body() }
                return nil
            }, box.toOpaque())
        if made == 0 { pthread_detach(thread) } else { box.release() }
    }
}
