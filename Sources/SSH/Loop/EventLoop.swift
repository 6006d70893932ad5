internal import Clibssh
import Glibc
import Synchronization

/// One thread that waits for sockets and deadlines, and runs the jobs of the actors that are pinned to it.
///
/// Being a `SerialExecutor`, it lets session actors call libssh without ever moving a libssh session between threads.
/// Nothing that runs here may block. The loop lives as long as the process: actors may be destroyed at any time, and
/// their executor has to outlive them.
package final class EventLoop: SerialExecutor {
    /// What a descriptor is ready for.
    struct Readiness: OptionSet, Sendable {
        let rawValue: UInt32
        static let input = Readiness(rawValue: EPOLLIN.rawValue)
        static let output = Readiness(rawValue: EPOLLOUT.rawValue)
    }

    /// A descriptor under watch.
    struct Watch: Hashable, Sendable {
        fileprivate let token: UInt64
        fileprivate let descriptor: Int32
    }

    private enum Item {
        case job(UnownedJob)
        case work(@Sendable () -> Void)
    }

    private struct State {
        var items: [Item] = []
        var asleep = false
        var lastToken: UInt64 = 0
        var watchers: [UInt64: @Sendable (Readiness) -> Void] = [:]
        var timers = TimerQueue()
        var alarms: [UInt64: @Sendable () -> Void] = [:]
        var armed: Deadline?
    }

    private static let doorbellToken: UInt64 = .max
    private static let clockToken: UInt64 = .max - 1

    private let poll: Int32
    private let doorbell: Int32
    private let clock: Int32
    private let state = Mutex(State())
    private let thread = Atomic<UInt>(0)

    private static let only = Mutex<EventLoop?>(nil)

    /// The loop of this process, started at the first call.
    /// - Throws: `systemFailure` when the system has no descriptor or thread for it; a later call tries again.
    package static func shared() throws(SSHError) -> EventLoop {
        try only.withLock { (loop: inout EventLoop?) throws(SSHError) -> EventLoop in
            if let loop { return loop }
            let new = try EventLoop()
            loop = new
            return new
        }
    }

    private init() throws(SSHError) {
        poll = epoll_create1(Int32(EPOLL_CLOEXEC))
        doorbell = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        clock = timerfd_create(CLOCK_BOOTTIME, Int32(TFD_CLOEXEC | TFD_NONBLOCK))
        do throws(SSHError) {
            guard poll >= 0, doorbell >= 0, clock >= 0 else { throw SSHError.system("making the event loop", errno) }
            try control(EPOLL_CTL_ADD, doorbell, .input, Self.doorbellToken)
            try control(EPOLL_CTL_ADD, clock, .input, Self.clockToken)
            try PosixThread.start { [self] in run() }
        } catch {
            for descriptor in [poll, doorbell, clock] where descriptor >= 0 { Glibc.close(descriptor) }
            throw error
        }
    }

    // MARK: Executor

    package func enqueue(_ job: consuming ExecutorJob) { add(.job(UnownedJob(job))) }

    package func checkIsolated() {
        precondition(isCurrent, "not on the SSH event loop")
    }

    package func isIsolatingCurrentContext() -> Bool? { isCurrent }

    /// Whether the caller is on the loop's thread.
    var isCurrent: Bool { UInt(pthread_self()) == thread.load(ordering: .relaxed) }

    /// Runs `work` on the loop's thread, after what is queued there.
    func execute(_ work: @escaping @Sendable () -> Void) { add(.work(work)) }

    private func add(_ item: Item) {
        let mustRing = state.withLock { state in
            state.items.append(item)
            defer { state.asleep = false }
            return state.asleep
        }
        guard mustRing else { return }
        var one: UInt64 = 1
        // It can only fail when the counter is full, and then the loop is awake already.
        _ = unsafe write(doorbell, &one, MemoryLayout<UInt64>.size)
    }

    // MARK: Descriptors

    /// Calls `handler` on the loop's thread whenever `descriptor` is ready, level-triggered, until `unwatch`.
    func watch(
        _ descriptor: Int32, for interest: Readiness, _ handler: @escaping @Sendable (Readiness) -> Void
    ) throws(SSHError) -> Watch {
        let token = state.withLock { state in
            state.lastToken += 1
            state.watchers[state.lastToken] = handler
            return state.lastToken
        }
        do throws(SSHError) {
            try control(EPOLL_CTL_ADD, descriptor, interest, token)
        } catch {
            _ = state.withLock { $0.watchers.removeValue(forKey: token) }
            throw error
        }
        return Watch(token: token, descriptor: descriptor)
    }

    /// Changes what is waited for; an empty interest hears nothing but hang-ups.
    func change(_ watch: Watch, to interest: Readiness) throws(SSHError) {
        try control(EPOLL_CTL_MOD, watch.descriptor, interest, watch.token)
    }

    /// Ends a watch. To be called before the descriptor is closed. No handler of it runs afterwards on the loop's
    /// thread, since tokens, unlike descriptors, are never used twice.
    func unwatch(_ watch: Watch) {
        _ = state.withLock { $0.watchers.removeValue(forKey: watch.token) }
        _ = epoll_ctl(poll, EPOLL_CTL_DEL, watch.descriptor, nil)
    }

    private func control(
        _ operation: Int32, _ descriptor: Int32, _ interest: Readiness, _ token: UInt64
    ) throws(SSHError) {
        var event = unsafe epoll_event()
        unsafe event.events = interest.rawValue
        unsafe event.data.u64 = token
        guard unsafe epoll_ctl(poll, operation, descriptor, &event) == 0 else {
            throw SSHError.system("watching a socket", errno)
        }
    }

    // MARK: Timers

    /// Calls `alarm` on the loop's thread at `deadline`, unless it is cancelled before.
    func schedule(at deadline: Deadline, _ alarm: @escaping @Sendable () -> Void) -> UInt64 {
        state.withLock { state in
            state.lastToken += 1
            state.alarms[state.lastToken] = alarm
            state.timers.insert(state.lastToken, at: deadline)
            arm(&state)
            return state.lastToken
        }
    }

    func cancel(timer: UInt64) {
        state.withLock { state in
            state.alarms[timer] = nil
            state.timers.remove(timer)
        }
    }

    /// Sets the timer descriptor when an earlier deadline has come up; one that has gone is found out at its time.
    private func arm(_ state: inout State) {
        guard let next = state.timers.next(), state.armed.map({ next < $0 }) ?? true else { return }
        state.armed = next
        let wait = next.remaining.components
        var time = itimerspec()
        time.it_value.tv_sec = Int(wait.seconds)
        // All zero would disarm it.
        time.it_value.tv_nsec = max(1, Int(wait.attoseconds / 1_000_000_000))
        unsafe timerfd_settime(clock, 0, &time, nil)
    }

    private func ringAlarms() {
        while true {
            let alarm = state.withLock { state -> (@Sendable () -> Void)? in
                state.armed = nil
                guard let id = state.timers.popDue(at: .after(.zero)) else {
                    arm(&state)
                    return nil
                }
                return state.alarms.removeValue(forKey: id)
            }
            guard let alarm else { return }
            alarm()
        }
    }

    // MARK: The thread

    private func run() {
        thread.store(UInt(pthread_self()), ordering: .relaxed)
        var events = unsafe [epoll_event](repeating: epoll_event(), count: 64)
        while true {
            let items = state.withLock { state in
                defer { state.items = [] }
                return state.items
            }
            for item in items {
                switch item {
                case .job(let job): unsafe job.runSynchronously(on: asUnownedSerialExecutor())
                case .work(let work): work()
                }
            }
            let timeout: Int32 = state.withLock { state in
                state.asleep = state.items.isEmpty
                return state.asleep ? -1 : 0
            }
            let count = unsafe epoll_wait(poll, &events, Int32(events.count), timeout)
            state.withLock { $0.asleep = false }
            // Negative on EINTR only: the descriptors are ours and stay open.
            guard count > 0 else { continue }
            for index in 0..<Int(count) { unsafe dispatch(events[index]) }
        }
    }

    private func dispatch(_ event: epoll_event) {
        let token = unsafe event.data.u64
        var counter: UInt64 = 0
        switch token {
        case Self.doorbellToken:
            _ = unsafe read(doorbell, &counter, MemoryLayout<UInt64>.size)
        case Self.clockToken:
            _ = unsafe read(clock, &counter, MemoryLayout<UInt64>.size)
            ringAlarms()
        default:
            let handler = state.withLock { $0.watchers[token] }
            unsafe handler?(Readiness(rawValue: event.events))
        }
    }
}
