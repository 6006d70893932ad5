/// A running command on the other side: its input, its output, and its end.
///
/// Standard error is always taken in, and its last 64 KiB are kept. If a task that waits here is cancelled, the channel
/// is closed, and the command sees the end of its input or a broken pipe. A channel that nobody holds any more closes
/// itself.
package final class ExecChannel: Sendable {
    private let session: SSHSession
    private let id: UInt64

    init(session: SSHSession, id: UInt64) {
        self.session = session
        self.id = id
    }

    deinit {
        let (session, id) = (session, id)
        session.loop.execute { session.assumeIsolated { $0.release(id) } }
    }

    /// Writes all of `bytes` to the command's input. Suspends while the command does not read.
    /// - Parameter timeout: for all of it; the channel is closed when it has passed, since its input is torn. Without
    ///   one the wait lasts as long as command and session do.
    /// - Throws: `channelClosed` if the command takes no more.
    package func write(_ bytes: [UInt8], timeout: Duration? = nil) async throws(SSHError) {
        try await session.write(bytes, to: id, until: timeout.map(Deadline.after))
    }

    /// Streams `chunks` into the command's input and ends it. At most one chunk and one packet are in memory.
    /// - Returns: the number of bytes.
    @discardableResult
    package func push(_ chunks: some AsyncSequence<[UInt8], SSHError>, timeout: Duration) async throws(SSHError)
        -> UInt64
    {
        let deadline = Deadline.after(timeout)
        var count: UInt64 = 0
        for try await chunk in chunks {
            try await session.write(chunk, to: id, until: deadline)
            count += UInt64(chunk.count)
        }
        try await finishInput()
        return count
    }

    /// Tells the command that its input is at an end.
    package func finishInput() async throws(SSHError) { try await session.finishInput(of: id) }

    /// The next bytes of standard output, at most some 1.25 MiB; nil at its end. While nobody reads, the command is held up.
    /// - Parameter timeout: without one the wait lasts as long as command and session do. Passing it closes nothing.
    package func read(timeout: Duration? = nil) async throws(SSHError) -> [UInt8]? {
        try await session.read(id, until: timeout.map(Deadline.after))
    }

    /// The same, for reads that share the time that they may take.
    package func read(until deadline: Deadline) async throws(SSHError) -> [UInt8]? {
        try await session.read(id, until: deadline)
    }

    /// Standard output to its end.
    package var output: Output { Output(channel: self) }

    /// The last of what the command wrote to standard error so far.
    package var standardError: BoundedTail { get async { await session.standardError(of: id) } }

    /// How the command ended, once it has.
    /// - Parameter timeout: as for `read`.
    package func end(timeout: Duration? = nil) async throws(SSHError) -> CommandEnd {
        try await session.end(of: id, until: timeout.map(Deadline.after))
    }

    /// Closes the channel. What was not read is lost.
    package func close() async { await session.release(id) }

    package struct Output: AsyncSequence {
        package typealias Element = [UInt8]
        package typealias Failure = SSHError
        fileprivate let channel: ExecChannel

        package func makeAsyncIterator() -> Iterator { Iterator(channel: channel) }

        package struct Iterator: AsyncIteratorProtocol {
            fileprivate let channel: ExecChannel

            package mutating func next() async throws(SSHError) -> [UInt8]? { try await channel.read() }

            package mutating func next(isolation actor: isolated (any Actor)?) async throws(SSHError) -> [UInt8]? {
                try await channel.read()
            }
        }
    }
}
