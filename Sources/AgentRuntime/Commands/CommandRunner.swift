package import Processes

/// Runs commands; a value around a function, so that a test can put its own in the place.
package struct CommandRunner: Sendable {
    package typealias Run = @Sendable (Command) async throws(NodeError) -> ChildResult

    /// Bytes kept of a child's standard error: the last ones, where the reason stands.
    package static let errorLimit = 64 * 1024

    private let execute: Run
    private let scrubber: Scrubber

    package init(scrubber: Scrubber = Scrubber([]), _ execute: @escaping Run) {
        self.scrubber = scrubber
        self.execute = execute
    }

    /// The same runner, which takes these secrets out of standard error before anybody sees it.
    package func scrubbing(_ secrets: some Sequence<Secret>) -> CommandRunner {
        CommandRunner(scrubber: Scrubber(secrets), execute)
    }

    /// Runs to the end; a status other than 0 is a result, not an error.
    ///
    /// Throws `commandMissing`, `commandNotStarted`, `commandTimedOut`, `commandOutputTooLarge`.
    package func run(_ command: Command) async throws(NodeError) -> ChildResult {
        do {
            let result = try await execute(command)
            return ChildResult(
                ending: result.ending, output: result.output, errorOutput: scrubber.clean(result.errorOutput))
        } catch {
            guard let failure = error.cause as? CommandFailure else { throw error }
            let cleaned = CommandFailure(
                command: command, ending: failure.ending, errorOutput: scrubber.clean(failure.errorOutput))
            throw NodeError(error.code, error.message, cause: cleaned, wayOut: error.wayOut)
        }
    }

    /// Runs to the end and throws `commandFailed` unless the status is 0.
    @discardableResult
    package func require(_ command: Command, wayOut: String? = nil) async throws(NodeError) -> ChildResult {
        let result = try await run(command)
        guard result.succeeded else { throw .failed(command, result, wayOut: wayOut) }
        return result
    }
}

extension NodeError {
    static func failed(_ command: Command, _ result: ChildResult, wayOut: String? = nil) -> NodeError {
        NodeError(
            .commandFailed, "\(command) failed",
            cause: CommandFailure(command: command, ending: result.ending, errorOutput: result.errorOutput),
            wayOut: wayOut)
    }
}
