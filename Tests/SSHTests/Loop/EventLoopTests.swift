import Glibc
import Testing

@testable import SSH

@Suite(.timeLimit(.minutes(1))) struct EventLoopTests {
    private actor Pinned {
        let loop: EventLoop
        nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }
        private(set) var count = 0

        init(loop: EventLoop) { self.loop = loop }

        func isOnLoop() -> Bool { loop.isCurrent }
        func add() { count += 1 }

        /// Waits for `start`, then a hundred times for a signal of its own.
        func relay(after start: Signal, then gate: Gate, waiting: Int) async {
            _ = await start.wait()
            let signal = Signal(loop: loop)
            for _ in 0..<100 {
                loop.execute { signal.notify() }
                _ = await signal.wait()
            }
            for _ in 0..<waiting { gate.open() }
        }
    }

    @Test func runsActorsOnItsThread() async throws {
        let loop = try EventLoop.shared()
        let pinned = Pinned(loop: loop)
        #expect(await pinned.isOnLoop())
        #expect(!loop.isCurrent)
    }

    @Test func losesNoJob() async throws {
        let pinned = Pinned(loop: try EventLoop.shared())
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 { group.addTask { for _ in 0..<100 { await pinned.add() } } }
        }
        #expect(await pinned.count == 800)
    }

    /// Other tasks may fill the pool of threads: a session goes on without it.
    @Test func needsNoOtherThread() async throws {
        let loop = try EventLoop.shared()
        let pinned = Pinned(loop: loop)
        let (start, gate) = (Signal(loop: loop), Gate())
        let threads = Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        let relay = Task { await pinned.relay(after: start, then: gate, waiting: threads) }
        while !start.isAwaited { await Task.yield() }
        let passed = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<threads {
                group.addTask {
                    if number == threads - 1 { start.notify() }
                    return gate.wait(seconds: 20)
                }
            }
            return await group.allSatisfy(\.self)
        }
        #expect(passed)
        await relay.value
    }

    @Test func wakesAtADeadline() async throws {
        let signal = Signal(loop: try .shared())
        let start = ContinuousClock.now
        #expect(await signal.wait(until: .after(.milliseconds(50))) == .timedOut)
        #expect(ContinuousClock.now - start >= .milliseconds(50))
    }

    @Test func aPassedDeadlineEndsAtOnce() async throws {
        let signal = Signal(loop: try .shared())
        #expect(await signal.wait(until: .after(.zero)) == .timedOut)
    }

    @Test func wakesOnCancellation() async throws {
        let signal = Signal(loop: try .shared())
        let task = Task { await signal.wait() }
        while !signal.isAwaited { await Task.yield() }
        task.cancel()
        #expect(await task.value == .cancelled)
        #expect(!signal.isAwaited)
    }

    @Test func aCancelledTaskDoesNotWait() async throws {
        let signal = Signal(loop: try .shared())
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return await signal.wait()
        }
        #expect(await task.value == .cancelled)
    }

    @Test func aBlockingCallThatIsLateIsLeft() async throws {
        let loop = try EventLoop.shared()
        let gate = Gate()
        let left = Signal(loop: loop)
        do {
            _ = try await loop.blocking("this", until: .after(.milliseconds(30)), abandon: { _ in left.notify() }) {
                gate.wait()
                return 1
            }
            Issue.record("it was not late")
        } catch {
            #expect(error.code == .timedOut)
        }
        let waiting = Task { await left.wait(until: .after(.seconds(30))) }
        while !left.isAwaited { await Task.yield() }
        gate.open()
        #expect(await waiting.value == .notified)
    }

    @Test func aBlockingCallGivesItsResult() async throws {
        #expect(try await EventLoop.shared().blocking("this", until: .after(.seconds(30))) { 7 } == 7)
    }
}

/// A thread's wait for an event.
private final class Gate: Sendable {
    private let ends: (Int32, Int32)

    init() {
        var pair: [Int32] = [-1, -1]
        #expect(pipe(&pair) == 0)
        ends = (pair[0], pair[1])
    }

    @discardableResult
    func wait(seconds: Int32 = 60) -> Bool {
        var entry = pollfd(fd: ends.0, events: Int16(POLLIN), revents: 0)
        guard poll(&entry, 1, seconds * 1000) == 1 else { return false }
        var byte: UInt8 = 0
        return read(ends.0, &byte, 1) == 1
    }

    func open() {
        var byte: UInt8 = 0
        _ = write(ends.1, &byte, 1)
    }

    deinit {
        close(ends.0)
        close(ends.1)
    }
}
