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

    func wait() {
        var byte: UInt8 = 0
        _ = read(ends.0, &byte, 1)
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
