import AgentRuntime
import SystemPackage
import Testing

@Suite struct ChildTests {
    private func shell(_ script: String, input: [UInt8] = [], deadline: Duration = .seconds(60), limit: Int = 4096)
        -> Command
    {
        Command(.at("/bin/sh"), ["-c", script], input: input, deadline: deadline, outputLimit: limit)
    }

    @Test func bothOutputsAndTheStatusComeBack() async throws {
        let result = try await CommandRunner.children().run(shell("echo out; echo err >&2; exit 3"))
        #expect(result == .printed("out\n", error: "err\n", status: 3))
    }

    @Test func inputArrivesAndTheEnvironmentIsOnlyWhatWasGiven() async throws {
        let command = Command(
            .named("sh"), ["-c", "cat; env | cut -d= -f1 | sort | tr '\\n' ' '"], environment: ["MINE": "1"],
            input: Array("hello ".utf8), deadline: .seconds(60))
        let words = try await CommandRunner.children().run(command).outputText.split(separator: " ").map(String.init)
        #expect(Set(words).subtracting(["PWD", "OLDPWD", "SHLVL", "_"]) == ["hello", "MINE", "PATH", "LC_ALL", "TZ"])
    }

    @Test func aChildKilledBySignalSaysSo() async throws {
        let result = try await CommandRunner.children().run(shell("kill -9 $$"))
        #expect(result.ending == .signalled(9))
    }

    @Test func atItsDeadlineTheWholeGroupEnds() async throws {
        let folder = try TemporaryFolder()
        let pids = folder.path.appending("pids")
        // The second process is deaf to SIGTERM and would outlive its parent.
        let script = """
            sh -c 'trap "" TERM; echo $$ >> \(pids); echo waiting >&2; while :; do sleep 1; done' &
            echo $$ >> \(pids); wait
            """
        let runner = CommandRunner.children(grace: .milliseconds(200))
        let error = await #expect(throws: NodeError.self) {
            try await runner.run(shell(script, deadline: .seconds(2)))
        }
        #expect(error?.code == .commandTimedOut)
        #expect(error?.commandFailure?.errorOutput == "waiting\n")
        let started = try folder.text("pids").split(separator: "\n")
        #expect(started.count == 2)
        for pid in started {
            let gone = try await Poll(every: .milliseconds(20), deadline: .seconds(30)).first {
                () throws(NodeError) -> Bool? in
                // A process that ended but was not yet waited for by init still has its folder.
                guard let bytes = try? PlainFile.open(FilePath("/proc/\(pid)/stat")).bytes(limit: 4096) else {
                    return true
                }
                return String(decoding: bytes, as: UTF8.self).contains(") Z ") ? true : nil
            }
            #expect(gone == true, "process \(pid) lives on")
        }
    }

    @Test func aChildThatClosesItsOutputsStillHasADeadline() async throws {
        let runner = CommandRunner.children(grace: .milliseconds(100))
        let error = await #expect(throws: NodeError.self) {
            try await runner.run(shell("exec >&- 2>&-; sleep 600", deadline: .seconds(1)))
        }
        #expect(error?.code == .commandTimedOut)
    }

    @Test func tooMuchOutputEndsTheChild() async throws {
        let error = await #expect(throws: NodeError.self) {
            try await CommandRunner.children(grace: .milliseconds(100)).run(shell("yes", limit: 10_000))
        }
        #expect(error?.code == .commandOutputTooLarge)
    }

    @Test func theEndOfALongStandardErrorIsKept() async throws {
        let result = try await CommandRunner.children().run(
            shell("i=0; while [ $i -lt 20000 ]; do echo line$i >&2; i=$((i+1)); done"))
        #expect(result.errorOutput.hasSuffix("line19999\n"))
        #expect(result.errorOutput.utf8.count == CommandRunner.errorLimit)
    }

    @Test func aMissingProgramIsNamed() async throws {
        let error = await #expect(throws: NodeError.self) {
            try await CommandRunner.children().run(Command(.at("/no/such/k3s"), [], deadline: .seconds(10)))
        }
        #expect(error?.code == .commandMissing)
        #expect(error?.message.contains("/no/such/k3s") == true)
    }

    @Test func aCancelledTaskEndsItsChild() async throws {
        let task = Task {
            try await CommandRunner.children(grace: .milliseconds(100)).run(shell("sleep 600", deadline: .seconds(500)))
        }
        task.cancel()
        let started = ContinuousClock.now
        _ = await task.result
        #expect(ContinuousClock.now - started < .seconds(60))
    }
}
