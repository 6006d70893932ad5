internal import Subprocess

/// What a child wrote, within bounds.
struct LocalOutput: Sendable {
    var output: [UInt8] = []
    /// The end of standard error.
    var error: [UInt8] = []
    /// Whether standard output, or a thousand times what is kept of standard error, went over its limit.
    var overflowed = false

    /// Reads both streams at once, since a child that fills the one nobody reads would stop. Returns early when a limit
    /// is passed: the child is to be ended then.
    static func collect(
        _ output: SubprocessOutputSequence, _ error: SubprocessOutputSequence, outputLimit: Int
    ) async -> LocalOutput {
        await withTaskGroup(of: (isError: Bool, taken: Taken).self) { group in
            group.addTask { (false, await take(output, limit: outputLimit)) }
            group.addTask { (true, await keepEnd(error, limit: LocalCommands.errorLimit)) }
            var result = LocalOutput()
            for await (isError, taken) in group {
                if isError { result.error = taken.bytes } else { result.output = taken.bytes }
                guard taken.overflowed else { continue }
                result.overflowed = true
                group.cancelAll()
            }
            return result
        }
    }

    private struct Taken: Sendable {
        var bytes: [UInt8] = []
        var overflowed = false
    }

    /// All of a stream, or its beginning and the word that it overflowed.
    private static func take(_ stream: SubprocessOutputSequence, limit: Int) async -> Taken {
        var taken = Taken()
        do {
            for try await chunk in stream {
                let bytes = chunk.bytes.withUnsafeBytes { Array($0) }
                guard taken.bytes.count + bytes.count <= limit else {
                    taken.overflowed = true
                    return taken
                }
                taken.bytes += bytes
            }
        } catch {
            // The stream broke off because its child was ended; how it ended says why.
        }
        return taken
    }

    private static func keepEnd(_ stream: SubprocessOutputSequence, limit: Int) async -> Taken {
        var taken = Taken()
        var total = 0
        do {
            for try await chunk in stream {
                taken.bytes += chunk.bytes.withUnsafeBytes { Array($0) }
                total += chunk.bytes.byteCount
                if taken.bytes.count > 2 * limit { taken.bytes.removeFirst(taken.bytes.count - limit) }
                guard total <= 1000 * limit else {
                    taken.overflowed = true
                    break
                }
            }
        } catch {
            // As above.
        }
        taken.bytes = Array(taken.bytes.suffix(limit))
        return taken
    }
}
