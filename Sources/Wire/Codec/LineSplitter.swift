/// Cuts a byte stream into lines, and refuses a line that is longer than its limit before it has been buffered whole.
package struct LineSplitter: Sendable {
    /// A line went over the limit. The stream cannot be trusted to be in step any more.
    package struct TooLong: Error, Hashable {
        package let limit: Int
    }

    package let limit: Int
    private var pending: [UInt8] = []

    /// - Parameter limit: of a line without its newline, in bytes.
    package init(limit: Int = FrameCodec.limit) { self.limit = limit }

    /// Takes in the stream's next bytes and gives the lines they complete, without their newlines.
    package mutating func take(_ bytes: some Collection<UInt8>) throws(TooLong) -> [[UInt8]] {
        var lines: [[UInt8]] = []
        var rest = bytes[...]
        while let newline = rest.firstIndex(of: 10) {
            let piece = rest[..<newline]
            guard pending.count + piece.count <= limit else { throw TooLong(limit: limit) }
            lines.append(pending + piece)
            pending.removeAll(keepingCapacity: true)
            rest = rest[rest.index(after: newline)...]
        }
        guard pending.count + rest.count <= limit else { throw TooLong(limit: limit) }
        pending.append(contentsOf: rest)
        return lines
    }
}
