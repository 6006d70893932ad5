@preconcurrency internal import Dispatch
internal import Glibc
internal import Synchronization

/// Ctrl-C and its like, counted, while a run is carried through.
package final class InterruptSignals: Sendable {
    private let sources: [any DispatchSourceSignal]

    /// - Parameter received: told how many there have been.
    package init(_ received: @escaping @Sendable (Int) -> Void) {
        let count = Counter()
        let queue = DispatchQueue(label: "signals")
        sources = [SIGINT, SIGTERM, SIGHUP].map { number in
            // The default action would end the process before the source is told.
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler { received(count.next()) }
            source.resume()
            return source
        }
    }

    /// From here on a signal ends the process at once, with the status of a command that was left: what is still to
    /// come is a report, and nothing is held any more.
    package func stop() {
        for source in sources { source.cancel() }
        for number in [SIGINT, SIGTERM, SIGHUP] { signal(number) { _ in _exit(ExitStatus.interrupted.rawValue) } }
    }

    private final class Counter: Sendable {
        private let count = Mutex(0)

        func next() -> Int {
            count.withLock { count in
                count += 1
                return count
            }
        }
    }
}
