internal import Processes

extension CommandRunner {
    /// Runs real child processes.
    ///
    /// - Parameter grace: how long a child at its deadline has between SIGTERM and SIGKILL.
    package static func children(grace: Duration = .seconds(5)) -> CommandRunner {
        CommandRunner { (command) async throws(NodeError) -> ChildResult in
            let child = ChildProcess(
                command.program, command.arguments, .only(command.environment), input: command.input,
                deadline: command.deadline, grace: grace, outputLimit: command.outputLimit, errorLimit: errorLimit)
            switch await child.run() {
            case .ended(let result):
                return result
            case .late(let errors):
                throw NodeError(
                    .commandTimedOut, "\(command) did not end within \(command.deadline) and was ended",
                    cause: CommandFailure(command: command, ending: nil, errorOutput: errors))
            case .wroteTooMuch(let errors):
                throw NodeError(
                    .commandOutputTooLarge,
                    "\(command) wrote more than the \(command.outputLimit) bytes expected of it",
                    cause: CommandFailure(command: command, ending: nil, errorOutput: errors))
            case .missing(let cause):
                throw NodeError(
                    .commandMissing, "cannot run \(command): there is no such program", cause: cause,
                    wayOut: "install it; it is looked for in \(Command.path)")
            case .notStarted(let cause):
                throw NodeError(.commandNotStarted, "cannot run \(command)", cause: cause)
            }
        }
    }
}
