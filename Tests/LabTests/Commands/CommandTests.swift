import LabSupport
import Subprocess
import Testing

@Suite struct CommandTests {
    @Test func outcomeHasStatusAndBothOutputs() async throws {
        let outcome = try await Command(["sh", "-c", "echo out; echo err >&2; exit 3"]).run()
        #expect(outcome.status == .exited(3))
        #expect(outcome.line == "out")
        #expect(outcome.errors == "err\n")
        let error = #expect(throws: LabError.self) { try outcome.checked() }
        #expect(error?.code == .commandFailed)
        #expect(error?.description.contains("err") == true)
    }

    @Test func inputIsHandedOver() async throws {
        var command = Command(["wc", "-c"])
        command.input = Array(repeating: 7, count: 300_000)
        #expect(try await command.run().checked().line == "300000")
    }

    @Test func deadlineEndsACommand() async throws {
        var command = Command(["sleep", "1000"])
        command.deadline = .milliseconds(200)
        let error = await #expect(throws: LabError.self) { try await command.run() }
        #expect(error?.code == .deadlinePassed)
    }

    @Test func endlessOutputIsRefused() async throws {
        let error = await #expect(throws: LabError.self) {
            try await Command(["head", "-c", "\(Command.outputLimit + 1)", "/dev/zero"]).run()
        }
        #expect(error?.code == .tooMuchOutput)
    }

    @Test func missingProgramIsAnOutcome() async throws {
        let outcome = try await Command(["/nowhere/program"]).run()
        #expect(outcome.status == .exited(127))
        #expect(outcome.errors.contains("/nowhere/program"))
    }
}

@Suite struct RunningCommandTests {
    @Test func inputStaysOpenUntilClosed() async throws {
        let command = RunningCommand(["sh", "-c", "echo begun; cat; echo ended >&2"])
        try await command.says("begun")
        #expect(await !command.hasEnded)
        await command.closeInput()
        let outcome = try await command.outcome()
        #expect(outcome.succeeded)
        #expect(outcome.errors == "ended\n")
    }

    @Test func signalsReachTheProgramItself() async throws {
        let command = RunningCommand([
            "sh", "-c", "trap 'echo caught; exit 5' TERM; echo begun; while :; do sleep 0.05; done",
        ])
        try await command.says("begun")
        try await command.send(.terminate)
        let outcome = try await command.outcome()
        #expect(outcome.status == .exited(5))
        #expect(outcome.output == "begun\ncaught\n")
    }

    @Test func endWithoutTheWordsIsAnError() async throws {
        let command = RunningCommand(["echo", "something else"])
        let error = await #expect(throws: LabError.self) { try await command.says("ready") }
        #expect(error?.code == .commandFailed)
        #expect(error?.description.contains("something else") == true)
    }
}

@Suite struct EventuallyTests {
    @Test func deadlineIsKeptAndNamed() async throws {
        let error = await #expect(throws: LabError.self) {
            try await eventually("pigs fly", within: .milliseconds(50)) { false }
        }
        #expect(error?.code == .deadlinePassed)
        #expect(error?.description.contains("pigs fly") == true)
    }

    @Test func failureOfTheConditionComesAtOnce() async throws {
        let wanted = LabError(.commandFailed, "no")
        await #expect(throws: wanted) {
            try await eventually("never", within: .seconds(1000)) { throw wanted }
        }
    }
}
