import Synchronization

/// Something that tasks wait for.
///
/// Waiters are woken to look again: a signal carries no state. To miss no change, take a place first, then look, then
/// wait. An actor of the loop may leave out the first: `wait` takes the place before it suspends, and whoever notifies
/// on the loop's thread can't come in between.
final class Signal: Sendable {
    /// Why a wait ended.
    enum Wake: Sendable {
        case notified
        case timedOut
        case cancelled
    }

    /// The right to be woken by what happens from now on. To be used for one wait, or given back.
    struct Place: Sendable {
        fileprivate let id: UInt64
    }

    private enum Waiter {
        case registered
        case woken(Wake)
        case suspended(CheckedContinuation<Wake, Never>)
    }

    private struct State {
        var last: UInt64 = 0
        var waiters: [UInt64: Waiter] = [:]
    }

    private let loop: EventLoop
    private let state = Mutex(State())

    init(loop: EventLoop) { self.loop = loop }

    /// Whether anyone waits, or is about to.
    var isAwaited: Bool { state.withLock { !$0.waiters.isEmpty } }

    func takePlace() -> Place {
        state.withLock { state in
            state.last += 1
            state.waiters[state.last] = .registered
            return Place(id: state.last)
        }
    }

    func giveBack(_ place: Place) {
        state.withLock { $0.waiters[place.id] = nil }
    }

    /// Wakes all who have a place.
    func notify() {
        let suspended = state.withLock { state in
            var suspended: [CheckedContinuation<Wake, Never>] = []
            for (id, waiter) in state.waiters {
                switch waiter {
                case .registered: state.waiters[id] = .woken(.notified)
                case .woken: break
                case .suspended(let continuation):
                    suspended.append(continuation)
                    state.waiters[id] = nil
                }
            }
            return suspended
        }
        for continuation in suspended { continuation.resume(returning: .notified) }
    }

    /// Suspends until the next `notify`, the deadline, or the cancellation of the calling task.
    func wait(
        until deadline: Deadline? = nil, isolation: isolated (any Actor)? = #isolation
    ) async -> Wake {
        await wait(at: takePlace(), until: deadline)
    }

    /// It suspends and goes on in the caller's isolation, which the closures have to capture for that: otherwise a
    /// session would have to wait for the pool of the other tasks at every step.
    func wait(
        at place: Place, until deadline: Deadline?, isolation: isolated (any Actor)? = #isolation
    ) async -> Wake {
        let timer = deadline.map { loop.schedule(at: $0) { self.wake(place, .timedOut) } }
        let wake = await withTaskCancellationHandler {
            await withCheckedContinuation(isolation: isolation) { suspend(place, $0) }
        } onCancel: {
            self.wake(place, .cancelled)
        }
        if let timer { loop.cancel(timer: timer) }
        return wake
    }

    private func suspend(_ place: Place, _ continuation: CheckedContinuation<Wake, Never>) {
        let wake = state.withLock { state -> Wake? in
            if case .woken(let wake) = state.waiters[place.id] {
                state.waiters[place.id] = nil
                return wake
            }
            state.waiters[place.id] = .suspended(continuation)
            return nil
        }
        if let wake { continuation.resume(returning: wake) }
    }

    private func wake(_ place: Place, _ wake: Wake) {
        let continuation = state.withLock { state -> CheckedContinuation<Wake, Never>? in
            switch state.waiters[place.id] {
            case .suspended(let continuation):
                state.waiters[place.id] = nil
                return continuation
            case .registered:
                state.waiters[place.id] = .woken(wake)
                return nil
            case .woken, nil: return nil
            }
        }
        continuation?.resume(returning: wake)
    }
}
