internal import Wire

extension FuzzTarget {
    /// The stream as it is cut into lines, in pieces of whatever size. The first two bytes are the line's limit and the
    /// pieces' size, the rest is the stream.
    static let frames = FuzzTarget("frames") { bytes in
        guard bytes.count > 2 else { return }
        let limit = Int(bytes[0])
        let stream = bytes[2...]
        let whole = cut(stream, limit: limit, step: stream.count)
        let pieces = cut(stream, limit: limit, step: 1 + Int(bytes[1]) % 64)
        try demand(whole == pieces, "the lines depend on how the stream arrives")
        guard case .success(let lines) = whole else {
            try demand(
                stream.split(separator: 10, omittingEmptySubsequences: false).contains { $0.count > limit },
                "a stream without a line over the limit is refused")
            return
        }
        var parts = stream.split(separator: 10, omittingEmptySubsequences: false)
        let rest = parts.removeLast()
        try demand(lines == parts.map(Array.init), "a line is not what stands between two newlines")
        try demand(rest.count <= limit && lines.allSatisfy { $0.count <= limit }, "a line is over the limit")
    }

    private static func cut(
        _ stream: ArraySlice<UInt8>, limit: Int, step: Int
    ) -> Result<[[UInt8]], LineSplitter.TooLong> {
        var splitter = LineSplitter(limit: limit)
        var lines: [[UInt8]] = []
        var rest = stream
        do throws(LineSplitter.TooLong) {
            while !rest.isEmpty {
                lines += try splitter.take(rest.prefix(step))
                rest = rest.dropFirst(step)
            }
            return .success(lines)
        } catch {
            return .failure(error)
        }
    }
}
