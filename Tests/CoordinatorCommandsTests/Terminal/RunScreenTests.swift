import CoordinatorCommands
import Glibc
import Synchronization
import Testing
import Wire

@testable import struct CoordinatorCommands.FrameComposer

@Suite struct RunScreenTests {
    @Test func aFrameTakesTheLastOnesPlace() {
        var composer = FrameComposer()
        func text(_ above: [String], _ frame: [String]?, _ columns: Int = 80) -> String {
            String(decoding: composer.bytes(above: above, frame: frame, columns: columns), as: UTF8.self)
        }
        #expect(text([], ["a", "b"]) == "a\nb\n")
        #expect(text([], ["c"]) == "\u{1B}[2A\r\u{1B}[Jc\n")
        #expect(text(["said"], nil) == "\u{1B}[1A\r\u{1B}[Jsaid\nc\n")
        #expect(text([], ["long line"]) == "\u{1B}[1A\r\u{1B}[Jlong line\n")
        // Nine columns wrapped to three rows of four.
        #expect(text([], ["x"], 4) == "\u{1B}[3A\r\u{1B}[Jx\n")
    }

    @Test(arguments: [(true, "xterm-256color", TerminalMode.live), (true, "dumb", .plain), (false, "xterm", .plain)])
    func drawsOnlyWhereItCan(isTerminal: Bool, kind: String, mode: TerminalMode) {
        #expect(TerminalMode.choose(isTerminal: isTerminal, kind: kind) == mode)
        #expect(TerminalMode.choose(isTerminal: isTerminal, kind: nil) == .plain)
    }

    @Test func writesPlainLines() async throws {
        let pipe = try Pipe()
        let screen = RunScreen(descriptor: pipe.writer, mode: .plain) { .usual }
        screen.show(try Samples.done().view)
        screen.say("that is all")
        #expect(await screen.finish(patience: .seconds(60)))
        let text = pipe.read()
        #expect(text.hasPrefix("upgrade to v1.35.1+k3s1, run 20261122-1, 3 steps\n"))
        #expect(text.hasSuffix("that is all\n"))
        #expect(!text.unicodeScalars.contains("\u{1B}"))
    }

    @Test func aTerminalThatDoesNotReadHoldsNobodyUpAndGetsTheNewest() async throws {
        let pipe = try Pipe()
        try pipe.fill()
        let screen = RunScreen(descriptor: pipe.writer, mode: .live) { TerminalSize(columns: 100, rows: 40) }
        var view = try Samples.done().view
        for elapsed in 0..<5_000 {
            view.elapsed = elapsed * 1000
            screen.show(view)
        }
        #expect(await screen.finish(patience: .milliseconds(100)) == false)
        // Now it reads: the frame that was in the making, and then the newest, with nothing in between.
        let text = Mutex("")
        let reader = Task.detached {
            while await !screen.finish(patience: .milliseconds(20)) { text.withLock { $0 += pipe.read() } }
        }
        await reader.value
        let all = text.withLock { $0 } + pipe.read()
        let frames = all.components(of: "upgrade to v1.35.1+k3s1 (run")
        #expect((1...2).contains(frames))
        #expect(all.contains("3/3 steps, 1h23m"))
    }

    @Test func aPipeThatDoesNotReadLosesLinesAndSaysSo() async throws {
        let pipe = try Pipe()
        try pipe.fill()
        let screen = RunScreen(descriptor: pipe.writer, mode: .plain) { .usual }
        // Twice as many as are kept: it may not have begun to write before the first half was told.
        let last = 2 * RunScreen.mostLines
        for index in 0...last { screen.say("line \(index)") }
        let text = Mutex("")
        let reader = Task.detached {
            while await !screen.finish(patience: .milliseconds(20)) { text.withLock { $0 += pipe.read() } }
        }
        await reader.value
        let all = text.withLock { $0 } + pipe.read()
        #expect(all.hasSuffix("line \(last)\n"))
        #expect(all.contains("lines left out, nobody read them in time\n"))
    }
}

/// A pipe whose reading end never blocks.
private final class Pipe: Sendable {
    let reader: Int32
    let writer: Int32

    init() throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        (reader, writer) = (ends[0], ends[1])
        try #require(fcntl(reader, F_SETFL, O_NONBLOCK) == 0)
    }

    deinit {
        close(reader)
        close(writer)
    }

    /// Until a writer would have to wait.
    func fill() throws {
        try #require(fcntl(writer, F_SETFL, O_NONBLOCK) == 0)
        let bytes = [UInt8](repeating: UInt8(ascii: "."), count: 4096)
        while write(writer, bytes, bytes.count) > 0 {}
        try #require(fcntl(writer, F_SETFL, 0) == 0)
    }

    /// What is there, without waiting.
    func read() -> String {
        var text: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(reader, &buffer, buffer.count)
            guard count > 0 else { return String(decoding: text, as: UTF8.self) }
            text += buffer.prefix(count)
        }
    }
}

extension String {
    fileprivate func components(of mark: String) -> Int { ranges(of: mark).count }
}
