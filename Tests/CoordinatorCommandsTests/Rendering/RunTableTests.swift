import CoordinatorCommands
import Testing
import Wire

@testable import enum CoordinatorCommands.DisplayWidth

@Suite struct RunTableTests {
    private func view(steps: Int, done: Int) throws -> RunView {
        var view = try Samples.done().view
        view.steps = try (0..<steps).map { index in
            StepView(
                step: StepID(kind: .install, node: try Samples.name("n\(index)")),
                state: index < done ? .done : index == done ? .running : .waiting, phase: index == done ? .await : nil,
                elapsed: index <= done ? 1500 : nil)
        }
        return view
    }

    @Test func showsNodesStepsAndTheOutage() throws {
        let lines = RunTable.lines(try view(steps: 3, done: 1), columns: 200, rows: 40)
        #expect(
            lines[0]
                == "upgrade to v1.35.1+k3s1 (run 20261122-1): 1/3 steps, 37.4s, control plane out 2.1s of 300s")
        #expect(lines.contains { $0.hasPrefix("k3s-master ") && $0.contains("Ready") })
        #expect(lines.contains { $0.hasPrefix("install/n1 ") && $0.contains("running await") && $0.hasSuffix("1.5s") })
        #expect(lines.contains { $0 == "install/n2  waiting" })
    }

    @Test(arguments: [(20, 10), (80, 24), (40, 5), (10, 3), (300, 100)])
    func neverExceedsTheTerminal(columns: Int, rows: Int) throws {
        let lines = RunTable.lines(try view(steps: 60, done: 30), columns: columns, rows: rows)
        #expect(lines.count <= rows)
        #expect(lines.allSatisfy { DisplayWidth.of($0) <= columns })
    }

    @Test func aSmallTerminalShowsWhatRunsNow() throws {
        let lines = RunTable.lines(try view(steps: 60, done: 30), columns: 80, rows: 14)
        #expect(lines.contains { $0.hasPrefix("install/n30 ") })
        #expect(lines.last?.hasSuffix("more steps") == true)
        let atTheEnd = RunTable.lines(try view(steps: 60, done: 60), columns: 80, rows: 14)
        #expect(atTheEnd.contains { $0.hasPrefix("install/n59 ") })
    }

    @Test func textFromOutsideIsCleaned() throws {
        var view = try view(steps: 1, done: 0)
        view.waiting = "pod \u{1B}[2J\u{202E}x"
        view.nodes[0].readiness = Readiness(verdict: .notReady, version: nil, reason: "a\nb\u{7}")
        let text = RunTable.lines(view, columns: 300, rows: 40).joined(separator: "\n")
        #expect(!text.unicodeScalars.contains { ["\u{1B}", "\u{202E}", "\u{7}"].contains($0) })
        #expect(text.contains("not ready: a b"))
    }

    @Test func widthCountsColumnsAndNotCharacters() {
        #expect(DisplayWidth.of("ab") == 2)
        #expect(DisplayWidth.of("日本") == 4)
        #expect(DisplayWidth.of("e\u{301}") == 1)
        #expect(DisplayWidth.cut("日本語", to: 4) == "日…")
        #expect(DisplayWidth.cut("abc", to: 3) == "abc")
        #expect(DisplayWidth.cut("abcd", to: 3) == "ab…")
    }
}
