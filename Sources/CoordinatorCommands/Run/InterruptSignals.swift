@preconcurrency internal import Dispatch
internal import Glibc
internal import Synchronization

/// Ctrl-C and its like: counted while something is carried through, and an end at once after it.
package enum InterruptSignals {
    /// Who hears of them now; nil once all that could be held is given back.
    private static let listener = Mutex<Listener?>(nil)

    private final class Listener: Sendable {
        let count = Atomic(0)
        let received: @Sendable (Int) -> Void

        init(_ received: @escaping @Sendable (Int) -> Void) { self.received = received }
    }

    /// A byte for each signal: a handler may do no more than write one. Dispatch's own sources lose signals while they are
    /// set up and taken down.
    private static let bytes: (read: Int32, write: Int32) = {
        var ends: [Int32] = [-1, -1]
        // Nothing works any more in a process that has no two descriptors left.
        precondition(pipe(&ends) == 0, "no pipe: errno \(errno)")
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        return (ends[0], ends[1])
    }()

    /// Watched for the rest of the process's life.
    private static let watch: any DispatchSourceRead = {
        let source = DispatchSource.makeReadSource(fileDescriptor: bytes.read, queue: DispatchQueue(label: "signals"))
        source.setEventHandler {
            var byte: UInt8 = 0
            while read(bytes.read, &byte, 1) == 1 { hear() }
        }
        source.resume()
        for number in [SIGINT, SIGTERM, SIGHUP] where number != SIGHUP || !isIgnored(SIGHUP) {
            signal(number) { _ in
                let before = errno
                var byte: UInt8 = 0
                _ = write(InterruptSignals.bytes.write, &byte, 1)
                errno = before
            }
        }
        return source
    }()

    /// As nohup leaves it, so that the loss of the terminal ends nothing.
    private static func isIgnored(_ number: Int32) -> Bool {
        var action = sigaction()
        guard sigaction(number, nil, &action) == 0 else { return false }
        return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
            == unsafeBitCast(SIG_IGN, to: Int.self)
    }

    private static func hear() {
        guard let listener = listener.withLock({ $0 }) else { _exit(ExitStatus.interrupted.rawValue) }
        listener.received(listener.count.add(1, ordering: .relaxed).newValue)
    }

    /// Carries `work` through. What comes after it is a report: a signal ends the process then, with the status of a
    /// command that was left.
    ///
    /// - Parameter received: told how many there have been since `work` began.
    package static func counted<Result>(
        _ received: @escaping @Sendable (Int) -> Void, during work: () async -> Result
    ) async -> Result {
        listener.withLock { $0 = Listener(received) }
        _ = watch
        defer { listener.withLock { $0 = nil } }
        return await work()
    }
}
