extension Clock<Duration> {
    /// Sleeps for so much time that this process lives through.
    ///
    /// A machine may stand still (frozen, paused, asleep) while its clock goes on. A child stands still with it, and is
    /// not late because of that: of such a time no more than one slice counts.
    package func sleep(livingThrough duration: Duration, slice: Duration = .seconds(1)) async throws {
        var rest = duration
        while rest > .zero {
            try await sleep(for: min(rest, slice))
            rest -= slice
        }
    }
}
