import AgentRuntime
import Processes
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

    @Test func aChildThatIsLateIsTold() async throws {
        let error = await #expect(throws: NodeError.self) {
            try await CommandRunner.children(grace: .milliseconds(100))
                .run(shell("echo waiting >&2; sleep 600", deadline: .seconds(2)))
        }
        #expect(error?.code == .commandTimedOut)
        #expect(error?.commandFailure?.errorOutput == "waiting\n")
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
}
