package import Processes

/// Runs local commands; a value around a function, so that a test can put its own in the place.
package struct LocalCommands: Sendable {
    package typealias Run = @Sendable (LocalCommand) async throws(CoordinatorError) -> ChildResult

    /// Bytes kept of a child's standard error: the last ones, where the reason stands.
    package static let errorLimit = 16 * 1024

    private let execute: Run

    package init(_ execute: @escaping Run) { self.execute = execute }

    /// Runs to the end; a status other than 0 is a result, not an error.
    ///
    /// Throws `program-missing`, `program-not-started`, `program-timed-out`, `program-output-too-large`.
    package func run(_ command: LocalCommand) async throws(CoordinatorError) -> ChildResult {
        try await execute(command)
    }

    /// Real child processes.
    ///
    /// - Parameter grace: how long a child at its deadline has between SIGTERM and SIGKILL.
    package static func children(grace: Duration = .seconds(2)) -> LocalCommands {
        LocalCommands { (command) async throws(CoordinatorError) -> ChildResult in
            let child = ChildProcess(
                command.program, command.arguments, .inherited(adding: command.environment), input: command.input,
                deadline: command.deadline, grace: grace, outputLimit: command.outputLimit, errorLimit: errorLimit)
            switch await child.run() {
            case .ended(let result):
                return result
            case .late:
                throw CoordinatorError(
                    .programTimedOut, .failed, "\(command.name) did not end within \(command.deadline) and was ended",
                    wayOut: "run it by hand to see what it waits for")
            case .wroteTooMuch:
                throw CoordinatorError(
                    .programOutputTooLarge, .failed,
                    "\(command.name) wrote more than the \(command.outputLimit) bytes expected of it",
                    wayOut: "run it by hand to see what it writes")
            case .missing:
                throw CoordinatorError(
                    .programMissing, .failed, "there is no program \(command.name) on this machine",
                    wayOut: "install it, or add its folder to PATH")
            case .notStarted(let cause):
                throw CoordinatorError(
                    .programNotStarted, .failed, "cannot run \(command.name)", cause: cause,
                    wayOut: "run it by hand to see why")
            }
        }
    }
}

extension CoordinatorError.Code {
    package static let programMissing = Self(rawValue: "program-missing")
    package static let programNotStarted = Self(rawValue: "program-not-started")
    package static let programTimedOut = Self(rawValue: "program-timed-out")
    package static let programOutputTooLarge = Self(rawValue: "program-output-too-large")
}
