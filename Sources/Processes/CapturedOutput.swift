internal import Synchronization

/// What a child has written so far; shared with whoever ends it at its deadline.
final class CapturedOutput: Sendable {
    private struct State {
        var output: [UInt8] = []
        var error: [UInt8] = []
        var errorTotal = 0
        var overflowed = false
    }

    private let outputLimit: Int
    private let errorLimit: Int
    private let state = Mutex(State())

    init(outputLimit: Int, errorLimit: Int) {
        self.outputLimit = outputLimit
        self.errorLimit = errorLimit
    }

    /// Standard output is taken whole or not at all. False once it exceeds its limit.
    func takeOutput(_ bytes: RawSpan) -> Bool {
        let chunk = bytes.withUnsafeBytes { Array($0) }
        return state.withLock { state in
            guard state.output.count + chunk.count <= outputLimit else {
                state.overflowed = true
                return false
            }
            state.output += chunk
            return true
        }
    }

    /// Of standard error the end is kept. False once a child has written a thousand times what is kept.
    func takeError(_ bytes: RawSpan) -> Bool {
        let chunk = bytes.withUnsafeBytes { Array($0) }
        return state.withLock { state in
            state.errorTotal += chunk.count
            state.error += chunk
            // Cut only now and then: cutting at each line would copy the whole each time.
            if state.error.count > 2 * errorLimit { state.error.removeFirst(state.error.count - errorLimit) }
            guard state.errorTotal <= 1000 * errorLimit else {
                state.overflowed = true
                return false
            }
            return true
        }
    }

    var overflowed: Bool { state.withLock { $0.overflowed } }
    var output: [UInt8] { state.withLock { $0.output } }
    var errorText: String { state.withLock { String(decoding: $0.error.suffix(errorLimit), as: UTF8.self) } }
}
