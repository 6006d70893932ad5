import Subprocess
import SystemPackage

/// A program to run on this machine, to its end.
///
/// It never outlives this process: the kernel kills it when the thread that started it ends, which is the one thread on
/// which swift-subprocess starts everything.
package struct Command: Sendable {
    package let argv: [String]
    package var input: [UInt8] = []
    package var environment: [String: String] = [:]
    package var deadline: Duration = .seconds(60)

    /// Above this, a command's output is an error: 16 MiB.
    package static let outputLimit = 16 << 20

    package init(_ argv: [String]) {
        self.argv = argv
    }

    /// - Throws: `notStarted`, `deadlinePassed`, `tooMuchOutput`, `cancelled`.
    package func run() async throws(LabError) -> CommandOutcome {
        let deadline = deadline
        do {
            return try await withThrowingTaskGroup(of: CommandOutcome?.self) { group in
                group.addTask { try await runToEnd() }
                group.addTask {
                    try await ContinuousClock().sleep(for: deadline)
                    return nil
                }
                defer { group.cancelAll() }
                guard case let outcome?? = try await group.next() else {
                    throw LabError(.deadlinePassed, "\(argv.joined(separator: " ")): not done after \(deadline)")
                }
                return outcome
            }
        } catch {
            throw LabError(catching: error, running: argv)
        }
    }

    private func runToEnd() async throws -> CommandOutcome {
        let result = try await Subprocess.run(
            Self.configuration(argv, environment: environment), input: .array(input),
            output: .bytes(limit: Self.outputLimit), error: .bytes(limit: Self.outputLimit))
        return CommandOutcome(
            argv: argv, status: .init(result.terminationStatus), bytes: result.standardOutput,
            errors: String(decoding: result.standardError, as: UTF8.self))
    }

    static func configuration(_ argv: [String], environment: [String: String]) -> Configuration {
        var options = PlatformOptions()
        options.teardownSequence = [.send(signal: .terminate, allowedDurationToNextStep: .seconds(2))]
        let changes = environment.map { (Environment.Key(stringLiteral: $0), Optional($1)) }
        return Configuration(
            executable: .path("/usr/bin/setpriv"), arguments: Arguments(["--pdeathsig", "KILL", "--"] + argv),
            environment: .inherit.updating(Dictionary(uniqueKeysWithValues: changes)), platformOptions: options)
    }
}

extension CommandOutcome.Status {
    init(_ status: TerminationStatus) {
        switch status {
        case .exited(let code): self = .exited(code)
        case .signaled(let signal): self = .signalled(signal)
        }
    }
}

extension LabError {
    init(catching error: any Error, running argv: [String]) {
        let command = argv.joined(separator: " ")
        switch error {
        case let error as LabError: self = error
        case is CancellationError: self = LabError(.cancelled, "\(command): cancelled")
        case let error as SubprocessError where error.code == .outputLimitExceeded:
            self = LabError(.tooMuchOutput, "\(command): printed more than \(Command.outputLimit) bytes")
        default: self = LabError(.notStarted, "\(command): could not be run", cause: "\(error)")
        }
    }
}
