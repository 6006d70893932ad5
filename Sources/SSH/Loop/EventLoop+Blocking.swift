import Synchronization

extension EventLoop {
    /// Runs a call that may block on a thread of its own and waits for it until the deadline.
    ///
    /// A call that takes longer is left to end on its own (a name look-up has its own time-outs), and its result goes
    /// to `abandon`, which gives back what it holds.
    /// - Throws: `timedOut` or `cancelled`, with `purpose` in the message; `systemFailure` if there is no thread.
    func blocking<Result: Sendable>(
        _ purpose: String, until deadline: Deadline, abandon: @escaping @Sendable (Result) -> Void = { _ in },
        _ call: @escaping @Sendable () -> Result
    ) async throws(SSHError) -> Result {
        let shared = Shared<Result>(done: Signal(loop: self))
        try PosixThread.start { [self] in
            let result = call()
            execute {
                let abandoned = shared.outcome.withLock { outcome in
                    if case .abandoned = outcome { return true }
                    outcome = .done(result)
                    return false
                }
                if abandoned { abandon(result) } else { shared.done.notify() }
            }
        }
        while true {
            let place = shared.done.takePlace()
            if case .done(let result) = shared.outcome.withLock({ $0 }) {
                shared.done.giveBack(place)
                return result
            }
            let wake = await shared.done.wait(at: place, until: deadline)
            if wake == .notified { continue }
            let late = shared.outcome.withLock { outcome -> Result? in
                if case .done(let result) = outcome { return result }
                outcome = .abandoned
                return nil
            }
            if let late { return late }
            throw SSHError.ended(wake, purpose)
        }
    }

    private enum Outcome<Result: Sendable>: Sendable {
        case running
        case done(Result)
        case abandoned
    }

    private final class Shared<Result: Sendable>: Sendable {
        let outcome = Mutex<Outcome<Result>>(.running)
        let done: Signal
        init(done: Signal) { self.done = done }
    }
}

extension SSHError {
    /// The error for a wait that ended without what it waited for.
    static func ended(_ wake: Signal.Wake, _ purpose: String) -> SSHError {
        switch wake {
        case .cancelled:
            SSHError(.cancelled, "\(purpose) was cancelled", wayOut: "start it again if it is still wanted")
        case .timedOut, .notified:
            SSHError(
                .timedOut, "\(purpose) took too long",
                wayOut: "check that the host is up and reachable, or allow more time")
        }
    }
}
