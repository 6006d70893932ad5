import Processes
import Synchronization
import Testing

@Suite struct LivedTimeTests {
    /// A clock whose machine stands still for half a minute during the first sleep.
    private final class FreezingClock: Clock {
        struct Instant: InstantProtocol {
            let offset: Duration

            func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
            func duration(to other: Instant) -> Duration { other.offset - offset }
            static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
        }

        private let state = Mutex((now: Duration.zero, frozen: false))

        var now: Instant { Instant(offset: state.withLock(\.now)) }
        var minimumResolution: Duration { .nanoseconds(1) }

        func sleep(until deadline: Instant, tolerance: Duration?) async throws {
            state.withLock { state in
                state.now = max(state.now, deadline.offset)
                if !state.frozen { state.now += .seconds(32) }
                state.frozen = true
            }
        }
    }

    @Test func aTimeOfStandingStillCountsAsOneSlice() async throws {
        let clock = FreezingClock()
        try await clock.sleep(livingThrough: .seconds(30))
        #expect(clock.now.offset == .seconds(62))
    }

    @Test func noMoreThanTheDurationIsSlept() async throws {
        let clock = FreezingClock()
        try await clock.sleep(livingThrough: .milliseconds(2_300))
        #expect(clock.now.offset == .milliseconds(34_300))
    }
}
