import AgentRuntime
import Processes
import Testing

@Suite struct CommandRunnerTests {
    private let command = Command(.named("k3s"), ["etcd-snapshot", "save"], deadline: .seconds(1))

    @Test func aFailureKeepsAllOfStandardErrorAndSaysTheLastLine() async throws {
        let scripted = ScriptedRunner { (_) in .printed("", error: "first\nthe reason\n", status: 1) }
        let error = await #expect(throws: NodeError.self) { try await scripted.runner.require(command) }
        #expect(error?.code == .commandFailed)
        #expect(error?.commandFailure?.errorOutput == "first\nthe reason\n")
        #expect(error.map { "\($0)" } == "k3s etcd-snapshot save failed: exit status 1: the reason")
    }

    @Test func secretsAreTakenOutOfResultsAndOfFailures() async throws {
        let printing = ScriptedRunner { (_) in .printed("", error: "token canary-token refused", status: 1) }
        let result = try await printing.runner.scrubbing([Secret("canary-token")]).run(command)
        #expect(result.errorOutput == "token (secret) refused")
        let failing = ScriptedRunner { (command) throws(NodeError) in
            throw NodeError(
                .commandTimedOut, "late",
                cause: CommandFailure(command: command, ending: nil, errorOutput: "canary-token"))
        }
        let error = await #expect(throws: NodeError.self) {
            try await failing.runner.scrubbing([Secret("canary-token")]).run(command)
        }
        #expect(error?.commandFailure?.errorOutput == "(secret)")
    }
}
