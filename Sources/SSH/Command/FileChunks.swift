import Glibc

/// A file's bytes from its current position to its end, 256 KiB at a time, for `ExecChannel.push`. The descriptor stays
/// the caller's.
package struct FileChunks: AsyncSequence, Sendable {
    package typealias Element = [UInt8]
    package typealias Failure = SSHError

    private let descriptor: Int32

    package init(descriptor: Int32) { self.descriptor = descriptor }

    package func makeAsyncIterator() -> Iterator { Iterator(descriptor: descriptor) }

    package struct Iterator: AsyncIteratorProtocol {
        fileprivate let descriptor: Int32

        package mutating func next() async throws(SSHError) -> [UInt8]? { try await Self.read(descriptor) }

        package mutating func next(isolation actor: isolated (any Actor)?) async throws(SSHError) -> [UInt8]? {
            try await Self.read(descriptor)
        }

        /// Off the caller's actor: the disk may be slow.
        @concurrent
        private static func read(_ descriptor: Int32) async throws(SSHError) -> [UInt8]? {
            var failure: Int32 = 0
            let chunk = unsafe [UInt8](unsafeUninitializedCapacity: 256 << 10) { buffer, count in
                while true {
                    let result = unsafe Glibc.read(descriptor, buffer.baseAddress, buffer.count)
                    if result < 0, errno == EINTR { continue }
                    failure = result < 0 ? errno : 0
                    count = Swift.max(0, result)
                    return
                }
            }
            guard failure == 0 else {
                throw SSHError.system("reading the file to send", failure, wayOut: "check the file and its disk")
            }
            return chunk.isEmpty ? nil : chunk
        }
    }
}
