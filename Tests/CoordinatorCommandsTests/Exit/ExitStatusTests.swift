import ArgumentParser
import CoordinatorCommands
import CoordinatorRuntime
import Testing

@Suite struct ExitStatusTests {
    private func status(_ error: any Error) -> Int32 {
        ExitStatus(error, argumentParserCode: Probe.exitCode(for: error)).rawValue
    }

    struct Probe: ParsableCommand {
        @Option var number: Int
    }

    @Test(arguments: [
        (CoordinatorError.Kind.failed, Int32(1)), (.usage, 2), (.refused, 3), (.unreachable, 4), (.held, 5),
    ])
    func followsTheKindOfTheError(kind: CoordinatorError.Kind, wanted: Int32) {
        #expect(status(CoordinatorError(.init(rawValue: "x"), kind, "m", wayOut: "w")) == wanted)
    }

    @Test func everyKindHasAStatusOfItsOwn() {
        #expect(
            Set(CoordinatorError.Kind.allCases.map { ExitStatus($0) }).count == CoordinatorError.Kind.allCases.count)
    }

    @Test func aWrongCommandLineIsUsage() throws {
        let error = try #require(throws: (any Error).self) { try Probe.parse(["--number", "x"]) }
        #expect(status(error) == 2)
        #expect(status(ValidationError("no")) == 2)
        #expect(status(InventoryError(file: "f", problems: [])) == 2)
    }

    @Test func helpIsDone() throws {
        let error = try #require(throws: (any Error).self) { try Probe.parse(["--help"]) }
        #expect(status(error) == 0)
    }

    @Test func aCancelledTaskWasInterrupted() { #expect(status(CancellationError()) == 130) }

    @Test func aCodeOfOursStays() {
        #expect(status(ExitCode(5)) == 5)
        #expect(status(ExitCode(77)) == 1)
    }
}
