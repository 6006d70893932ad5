internal import Dispatch
internal import Glibc
internal import Synchronization

/// Writes to a descriptor that may be slow or stuck, without ever holding up who has something to say: on a queue of
/// its own, one piece at a time, each asked for only when the last is gone. So what is made meanwhile and replaced is
/// never written.
final class PatientWriter: Sendable {
    private struct State {
        var isWriting = false
        /// Something was announced while the queue was writing.
        var isWokenAgain = false
        var isBroken = false
        var waiters: [UInt64: CheckedContinuation<Void, Never>] = [:]
        var lastWaiter: UInt64 = 0
    }

    private let descriptor: Int32
    /// The next piece, or nil when there is nothing to write.
    private let next: @Sendable () -> [UInt8]?
    private let queue = DispatchQueue(label: "k3s-upgrade.terminal")
    private let state = Mutex(State())

    init(descriptor: Int32, next: @escaping @Sendable () -> [UInt8]?) {
        self.descriptor = descriptor
        self.next = next
    }

    /// There may be something to write.
    func wake() {
        let begin = state.withLock { state in
            guard !state.isBroken else { return false }
            guard !state.isWriting else {
                state.isWokenAgain = true
                return false
            }
            state.isWriting = true
            return true
        }
        if begin { queue.async { self.drain() } }
    }

    /// Waits until nothing is left to write, at most for so long. False where something is.
    func flush(patience: Duration) async -> Bool {
        await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                await self.idle()
                return !Task.isCancelled
            }
            group.addTask {
                try? await Task.sleep(for: patience)
                return false
            }
            let first = await group.next() ?? false
            group.cancelAll()
            return first
        }
    }

    private func drain() {
        while true {
            guard let bytes = next() else {
                if rest() { return }
                continue
            }
            guard write(bytes) else {
                state.withLock { $0.isBroken = true }
                _ = rest()
                return
            }
        }
    }

    /// Ends the writing and wakes who waits for that; false where there is more to write.
    private func rest() -> Bool {
        let waiters = state.withLock { state -> [CheckedContinuation<Void, Never>]? in
            if state.isWokenAgain, !state.isBroken {
                state.isWokenAgain = false
                return nil
            }
            state.isWriting = false
            defer { state.waiters = [:] }
            return Array(state.waiters.values)
        }
        waiters?.forEach { $0.resume() }
        return waiters != nil
    }

    private func idle() async {
        let id = state.withLock { state in
            state.lastWaiter += 1
            return state.lastWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isIdle = state.withLock { state in
                    guard state.isWriting, !Task.isCancelled else { return true }
                    state.waiters[id] = continuation
                    return false
                }
                if isIdle { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: id) }?.resume()
        }
    }

    /// False where the other end is gone.
    private func write(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count >= 0 {
                rest = rest.dropFirst(count)
                continue
            }
            switch errno {
            case EINTR: continue
            case EAGAIN:
                // Somebody who shares the terminal made it non-blocking.
                var wanted = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                guard poll(&wanted, 1, -1) >= 0 || errno == EINTR else { return false }
            default: return false
            }
        }
        return true
    }
}
