/// An event many may wait for, and which may happen many times.
@MainActor final class Signal {
    /// How often it has happened.
    private(set) var count = 0
    private var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
    private var nextWaiter = 0

    func fire() {
        count += 1
        let all = waiters
        waiters = [:]
        for waiter in all.values { waiter.resume() }
    }

    /// Waits until it has happened more often than `seen` times, and no longer than `limit`.
    func wait(past seen: Int, upTo limit: Duration) async {
        guard count == seen, limit > .zero else { return }
        let id = nextWaiter
        nextWaiter += 1
        let timer = Task {
            try? await Task.sleep(for: limit)
            self.waiters.removeValue(forKey: id)?.resume()
        }
        await withCheckedContinuation { waiters[id] = $0 }
        timer.cancel()
    }
}
