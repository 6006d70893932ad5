internal import Synchronization

/// Measures how long the control plane was away: from the last answer before to the first answer after, by asking it
/// again and again.
final class OutageMeter: Sendable {
    private struct Measure {
        var task: Task<Void, Never>?
        var probe: ReadyProbe?
        /// When the question that was last answered was asked.
        var lastAnswered: ContinuousClock.Instant?
        var away: ContinuousClock.Instant?
        var longest: Duration = .zero
    }

    private let measure = Mutex(Measure())
    private static let interval: Duration = .milliseconds(100)

    var isRunning: Bool { measure.withLock { $0.task != nil } }

    /// Begins to ask; does nothing while it is asking already.
    func start(by probe: ReadyProbe) {
        measure.withLock { measure in
            guard measure.task == nil else { return }
            measure = Measure()
            measure.lastAnswered = .now
            measure.probe = probe
            measure.task = Task {
                while !Task.isCancelled {
                    let asked = ContinuousClock.now
                    self.note(asked: asked, ready: await probe.isReady())
                    try? await Task.sleep(for: Self.interval)
                }
                probe.end()
            }
        }
    }

    /// Whether the API server is ready now; nil where nothing is being measured.
    func isReady() async -> Bool? { await measure.withLock { $0.probe }?.isReady() }

    private func note(asked: ContinuousClock.Instant, ready: Bool) {
        measure.withLock { measure in
            guard ready else {
                measure.away = measure.away ?? measure.lastAnswered ?? asked
                return
            }
            measure.lastAnswered = asked
            if let away = measure.away { measure.longest = max(measure.longest, away.duration(to: .now)) }
            measure.away = nil
        }
    }

    /// Waits for the question that is under way, and ends.
    ///
    /// - Returns: the longest time without an answer, in milliseconds; nil where nothing was measured.
    func stop() async -> Int? {
        guard let task = measure.withLock({ $0.task }) else { return nil }
        task.cancel()
        await task.value
        return measure.withLock { measure in
            measure.task = nil
            measure.probe = nil
            if let away = measure.away { measure.longest = max(measure.longest, away.duration(to: .now)) }
            return Int(measure.longest / .milliseconds(1))
        }
    }
}
