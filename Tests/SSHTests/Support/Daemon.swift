import Glibc
import Synchronization

@testable import SSH

/// A program that a test starts and that ends with it, or with the test process, however that ends.
final class Daemon: Sendable {
    private let child: ChildProcess
    private let output: Descriptor
    private let loop: EventLoop
    private let watch = Mutex<EventLoop.Watch?>(nil)
    private let text = Mutex(BoundedTail(limit: 64 << 10))
    private let heard: Signal

    /// Starts it and waits until it has said `greeting` on its standard output or error.
    static func start(_ arguments: [String], until greeting: String) async throws -> Daemon {
        // The signal for the parent's death is bound to the thread that starts the child; the loop's lives on.
        let loop = try EventLoop.shared()
        let daemon = try await withCheckedThrowingContinuation { continuation in
            loop.execute { continuation.resume(with: Result { try Daemon(arguments, loop: loop) }) }
        }
        let deadline = Deadline.after(.seconds(60))
        while true {
            let place = daemon.heard.takePlace()
            if daemon.said.contains(greeting) {
                daemon.heard.giveBack(place)
                return daemon
            }
            guard await daemon.heard.wait(at: place, until: deadline) == .notified else {
                throw Silent(said: daemon.said)
            }
        }
    }

    struct Silent: Error { let said: String }

    private init(_ arguments: [String], loop: EventLoop) throws {
        self.loop = loop
        heard = Signal(loop: loop)
        let pipe = try Pipe()
        let nowhere = try Descriptor.nowhere()
        // ssh-agent is setgid: without --no-new-privs the kernel would forget the signal.
        child = try ChildProcess(
            ["setpriv", "--no-new-privs", "--pdeathsig", "KILL", "--"] + arguments, input: nowhere.number,
            output: pipe.theirs.number,
            error: pipe.theirs.number)
        output = pipe.ours
        try output.setNonBlocking()
        let new = try loop.watch(output.number, for: .input) { [weak self] _ in self?.listen() }
        watch.withLock { $0 = new }
    }

    deinit {
        watch.withLock { if let watch = $0 { loop.unwatch(watch) } }
        child.end()
    }

    var identifier: pid_t { child.identifier }

    /// The last of what it said.
    var said: String { String(decoding: text.withLock { $0.bytes }, as: UTF8.self) }

    private func listen() {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = read(output.number, &buffer, buffer.count)
        if count > 0 {
            text.withLock { $0.append(buffer.prefix(count)) }
        } else if count == 0 {
            watch.withLock { watch in
                if let old = watch { loop.unwatch(old) }
                watch = nil
            }
        }
        heard.notify()
    }
}
