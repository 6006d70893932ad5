/// Looks again and again at something that sends no event, until it is so or a deadline is over.
package struct Poll: Sendable {
    package let every: Duration
    package let slowest: Duration
    package let deadline: Duration

    /// - Parameter slowest: between looks after a while, where a look costs so much that quick answers are worth it only
    ///   at first; nil to go on as it began.
    package init(every: Duration, slowingTo slowest: Duration? = nil, deadline: Duration) {
        self.every = every
        self.slowest = slowest ?? every
        self.deadline = deadline
    }

    /// The first answer that is not nil; nil when the deadline is over. It looks at least once, and once at the end.
    ///
    /// Throws what `look` throws, and `cancelled` when the task is.
    package func first<Answer, C: Clock<Duration>>(
        clock: C = ContinuousClock(), _ look: () async throws(NodeError) -> Answer?
    ) async throws(NodeError) -> Answer? {
        let end = clock.now.advanced(by: deadline)
        var pause = every
        while true {
            let last = clock.now >= end
            if let answer = try await look() { return answer }
            if last { return nil }
            do {
                try await clock.sleep(until: min(clock.now.advanced(by: pause), end), tolerance: nil)
            } catch {
                throw NodeError(.cancelled, "the step was cancelled")
            }
            pause = min(pause * 3 / 2, slowest)
        }
    }
}

extension NodeError.Code {
    package static let cancelled = Self(rawValue: "cancelled")
}
