import Synchronization

/// Something on the loop that tasks wait for.
///
/// Waiters are woken to look again: a signal carries no state. Those who notify and those who check before they wait
/// are on the loop's thread, so no change is missed in between.
final class Signal: Sendable {
    /// Why a wait ended.
    enum Wake: Sendable {
        case notified
        case timedOut
        case cancelled
    }

    private struct State {
        var last: UInt64 = 0
        var waiting: [UInt64: CheckedContinuation<Wake, Never>] = [:]
    }

    private let loop: EventLoop
    private let state = Mutex(State())

    init(loop: EventLoop) { self.loop = loop }

    /// Whether anyone waits.
    var isAwaited: Bool { state.withLock { !$0.waiting.isEmpty } }

    /// Wakes all who wait now.
    func notify() {
        let waiting = state.withLock { state in
            defer { state.waiting = [:] }
            return state.waiting
        }
        for continuation in waiting.values { continuation.resume(returning: .notified) }
    }

    /// Suspends until the next `notify`, the deadline, or the cancellation of the calling task.
    func wait(until deadline: Deadline? = nil) async -> Wake {
        let id = state.withLock { state in
            state.last += 1
            return state.last
        }
        let timer = deadline.map { loop.schedule(at: $0) { self.resume(id, .timedOut) } }
        let wake = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                state.withLock { $0.waiting[id] = continuation }
                // A cancellation or deadline before this line found no one to resume.
                if Task.isCancelled { resume(id, .cancelled) }
                if let deadline, deadline.hasPassed { resume(id, .timedOut) }
            }
        } onCancel: {
            resume(id, .cancelled)
        }
        if let timer { loop.cancel(timer: timer) }
        return wake
    }

    private func resume(_ id: UInt64, _ wake: Wake) {
        state.withLock { $0.waiting.removeValue(forKey: id) }?.resume(returning: wake)
    }
}
