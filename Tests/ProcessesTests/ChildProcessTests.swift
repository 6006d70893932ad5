import Foundation
import Processes
import SystemPackage
import Testing

@Suite struct ChildProcessTests {
    private func run(
        _ script: String, input: [UInt8] = [], surroundings: ChildProcess.Surroundings = .inherited(adding: [:]),
        deadline: Duration = .seconds(60)
    ) async -> ChildProcess.Outcome {
        await ChildProcess(
            .at("/bin/sh"), ["-c", script], surroundings, input: input, deadline: deadline,
            grace: .milliseconds(200), outputLimit: 1000, errorLimit: 4096
        ).run()
    }

    private func ended(_ outcome: ChildProcess.Outcome) -> ChildResult? {
        guard case .ended(let result) = outcome else { return nil }
        return result
    }

    @Test func bothOutputsAndTheStatusComeBack() async {
        let result = ended(await run("cat; echo err >&2; exit 3", input: Array("in\n".utf8)))
        #expect(result == ChildResult(ending: .exited(3), output: Array("in\n".utf8), errorOutput: "err\n"))
    }

    @Test func aChildKilledBySignalSaysSo() async {
        #expect(ended(await run("kill -9 $$"))?.ending == .signalled(9))
    }

    @Test func theSurroundingsAreOnlyWhatWasGivenOrAllAndMore() async throws {
        let path = try #require(ProcessInfo.processInfo.environment["PATH"])
        let few = ended(await run("echo \"$PATH $X\"", surroundings: .only(["PATH": "/bin", "X": "y"])))
        #expect(few?.outputText == "/bin y\n")
        let all = ended(await run("echo \"$PATH $X\"", surroundings: .inherited(adding: ["X": "y"])))
        #expect(all?.outputText == "\(path) y\n")
    }

    @Test func atItsDeadlineTheWholeGroupEnds() async throws {
        let note = FileManager.default.temporaryDirectory.appending(path: "child-\(UInt64.random(in: 0 ... .max))")
        defer { try? FileManager.default.removeItem(at: note) }
        // The second process is deaf to SIGTERM and would outlive its parent.
        let script = """
            sh -c 'trap "" TERM; echo $$ >> \(note.path); echo waiting >&2; while :; do sleep 1; done' &
            echo $$ >> \(note.path); wait
            """
        guard case .late(let errors) = await run(script, deadline: .seconds(2)) else {
            Issue.record("the child had no deadline")
            return
        }
        #expect(errors == "waiting\n")
        let pids = try String(contentsOf: note, encoding: .utf8).split(separator: "\n")
        #expect(pids.count == 2)
        for pid in pids {
            // SIGKILL is on its way to it, and init may not have collected it yet.
            for _ in 0..<1500 where isRunning(pid) { try await Task.sleep(for: .milliseconds(20)) }
            #expect(!isRunning(pid), "process \(pid) lives on")
        }
    }

    @Test func nothingThatItStartedOutlivesADeafChild() async throws {
        let note = FileManager.default.temporaryDirectory.appending(path: "child-\(UInt64.random(in: 0 ... .max))")
        defer { try? FileManager.default.removeItem(at: note) }
        let script = "trap '' TERM; sleep 1000 & echo $! $$ > \(note.path); wait; sleep 1000"
        guard case .late = await run(script, deadline: .seconds(3)) else {
            Issue.record("the child had no deadline")
            return
        }
        let pids = try String(contentsOf: note, encoding: .utf8).split(whereSeparator: \.isWhitespace)
        #expect(pids.count == 2)
        for pid in pids { #expect(!isRunning(pid), "\(pid) outlived its deadline") }
    }

    private func isRunning(_ pid: Substring) -> Bool {
        guard let stat = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8) else { return false }
        return !stat.contains(") Z ") && !stat.contains(") X ")
    }

    @Test func aChildThatClosesItsOutputsStillHasADeadline() async {
        guard case .late = await run("exec >&- 2>&-; sleep 600", deadline: .seconds(1)) else {
            Issue.record("the child had no deadline")
            return
        }
    }

    @Test(.timeLimit(.minutes(2)), arguments: ["yes", "yes >&2"])
    func tooMuchOutputEndsTheChild(script: String) async {
        guard case .wroteTooMuch = await run(script) else {
            Issue.record("\(script) wrote as much as it liked")
            return
        }
    }

    @Test func theEndOfALongStandardErrorIsKept() async {
        let result = ended(await run("i=0; while [ $i -lt 5000 ]; do echo line$i >&2; i=$((i+1)); done"))
        #expect(result?.errorOutput.hasSuffix("line4999\n") == true)
        #expect(result?.errorOutput.utf8.count == 4096)
    }

    @Test func aMissingProgramIsTold() async {
        let missing = ChildProcess(
            .named("no-such-program-here"), [], .inherited(adding: [:]), deadline: .seconds(60), grace: .seconds(1),
            outputLimit: 1, errorLimit: 1)
        guard case .missing = await missing.run() else {
            Issue.record("found what is not there")
            return
        }
    }

    @Test func aCancelledTaskEndsItsChild() async {
        let task = Task { await run("sleep 600", deadline: .seconds(500)) }
        task.cancel()
        let started = ContinuousClock.now
        let outcome = await task.value
        #expect(ContinuousClock.now - started < .seconds(60))
        switch outcome {
        case .ended(let result): #expect(!result.succeeded)
        case .notStarted: break
        default: Issue.record("\(outcome)")
        }
    }
}
