import CoordinatorRuntime
import Processes
import SystemPackage
import Testing

@Suite struct LocalCommandsTests {
    private let commands = LocalCommands.children(grace: .milliseconds(200))

    private func shell(_ text: String, deadline: Duration = .seconds(60), outputLimit: Int = 1000) -> LocalCommand {
        LocalCommand(.at("/bin/sh"), ["-c", text], deadline: deadline, outputLimit: outputLimit)
    }

    @Test func handsOverArgumentsInputAndStatus() async throws {
        let result = try await commands.run(
            LocalCommand(
                .at("/bin/sh"), ["-c", "cat; echo \"$1 $X\"; echo bad >&2; exit 3", "sh", "a b"],
                environment: ["X": "y"], input: Array("in\n".utf8), deadline: .seconds(60)))
        #expect(result.ending == .exited(3))
        #expect(String(decoding: result.output, as: UTF8.self) == "in\na b y\n")
        #expect(result.errorOutput == "bad\n")
    }

    @Test func tellsAChildThatIsLate() async throws {
        let error = try await #require(throws: CoordinatorError.self) {
            try await commands.run(shell("sleep 600", deadline: .seconds(1)))
        }
        #expect(error.code == .programTimedOut)
    }

    @Test(.timeLimit(.minutes(2))) func endsAChildThatWritesTooMuch() async throws {
        let error = try await #require(throws: CoordinatorError.self) { try await commands.run(shell("yes")) }
        #expect(error.code == .programOutputTooLarge)
    }

    @Test func keepsOnlyTheEndOfStandardError() async throws {
        let result = try await commands.run(
            shell("i=0; while [ $i -lt 3000 ]; do echo 'a line of noise'; i=$((i+1)); done >&2; echo last >&2"))
        #expect(result.errorOutput.utf8.count <= LocalCommands.errorLimit)
        #expect(result.errorOutput.hasSuffix("last\n"))
    }

    @Test func tellsAMissingProgram() async throws {
        let error = try await #require(throws: CoordinatorError.self) {
            try await commands.run(LocalCommand(.named("no-such-program-here"), [], deadline: .seconds(60)))
        }
        #expect(error.code == .programMissing)
        #expect("\(error)".contains("no-such-program-here"))
    }
}
