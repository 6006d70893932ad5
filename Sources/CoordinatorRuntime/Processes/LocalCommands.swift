internal import Subprocess
internal import Synchronization
internal import SystemPackage

/// Runs local commands; a value around a function, so that a test can put its own in the place.
package struct LocalCommands: Sendable {
    package typealias Run = @Sendable (LocalCommand) async throws(CoordinatorError) -> LocalResult

    /// Bytes kept of a child's standard error: the last ones, where the reason stands.
    package static let errorLimit = 16 * 1024

    private let execute: Run

    package init(_ execute: @escaping Run) { self.execute = execute }

    /// Runs to the end; a status other than 0 is a result, not an error.
    ///
    /// Throws `program-missing`, `program-not-started`, `program-timed-out`, `program-interrupted`,
    /// `program-output-too-large`.
    package func run(_ command: LocalCommand) async throws(CoordinatorError) -> LocalResult {
        try await execute(command)
    }

    /// Real child processes, each in a session and process group of its own.
    ///
    /// - Parameter grace: how long a child at its deadline has between SIGTERM and SIGKILL.
    package static func children(grace: Duration = .seconds(2)) -> LocalCommands {
        LocalCommands { (command) async throws(CoordinatorError) -> LocalResult in
            try await LocalChild(command: command, grace: grace).run()
        }
    }
}

/// One child from its start to its end.
private struct LocalChild {
    let command: LocalCommand
    let grace: Duration

    private enum Outcome {
        case ended(LocalResult)
        case failed(CoordinatorError)
        case deadline
    }

    func run() async throws(CoordinatorError) -> LocalResult {
        // The deadline is outside of the child's whole life: a child may close its output and live on.
        let (outcome, late) = await withTaskGroup(of: Outcome.self) { group in
            group.addTask { await start() }
            group.addTask {
                try? await Task.sleep(for: command.deadline)
                return .deadline
            }
            let first = await group.next()
            group.cancelAll()
            guard case .deadline = first else { return (first, false) }
            // Cancelled, the child is ended by its teardown sequence; wait for that, so that no child outlives this.
            return (await group.next(), !Task.isCancelled)
        }
        if late {
            throw CoordinatorError(
                .programTimedOut, .failed, "\(command.name) did not end within \(command.deadline) and was ended",
                wayOut: "run it by hand to see what it waits for")
        }
        switch outcome {
        case .ended(let result): return result
        case .failed(let error): throw error
        case .deadline, nil:
            // The caller's own task was cancelled.
            throw CoordinatorError(
                .programInterrupted, .failed, "\(command.name) was interrupted", wayOut: "start the command again")
        }
    }

    private func start() async -> Outcome {
        var options = PlatformOptions()
        options.createSession = true
        let ladder = [
            TeardownStep.send(signal: .terminate, toProcessGroup: true, allowedDurationToNextStep: grace)
        ]
        options.teardownSequence = ladder
        let executable: Executable =
            switch command.program {
            case .named(let name): .name(name)
            case .at(let path): .path(path)
            }
        let changes = command.environment.map { (Environment.Key(stringLiteral: $0.key), Optional($0.value)) }
        do {
            let run = try await Subprocess.run(
                executable, arguments: Arguments(command.arguments),
                environment: .inherit.updating(Dictionary(uniqueKeysWithValues: changes)),
                platformOptions: options, input: .array(command.input), output: .sequence, error: .sequence
            ) { child in
                let read = await LocalOutput.collect(
                    child.standardOutput, child.standardError, outputLimit: command.outputLimit)
                if read.overflowed || Task.isCancelled {
                    await child.teardown(using: ladder)
                    // The child is not reaped yet, so the group's number is still its own: whatever it left behind
                    // there, deaf to SIGTERM, ends here.
                    try? child.send(signal: .kill, toProcessGroup: true)
                }
                return read
            }
            let read = run.closureResult
            guard !read.overflowed else { return .failed(tooLarge) }
            let ending: LocalResult.Ending =
                switch run.terminationStatus {
                case .exited(let status): .exited(status)
                case .signaled(let signal): .signalled(signal)
                }
            return .ended(
                LocalResult(
                    ending: ending, output: read.output, errorOutput: String(decoding: read.error, as: UTF8.self)))
        } catch let error as SubprocessError where error.code == .executableNotFound {
            return .failed(
                CoordinatorError(
                    .programMissing, .failed, "there is no program \(command.name) on this machine",
                    wayOut: "install it, or add its folder to PATH"))
        } catch {
            return .failed(
                CoordinatorError(
                    .programNotStarted, .failed, "cannot run \(command.name)", cause: error,
                    wayOut: "run it by hand to see why"))
        }
    }

    private var tooLarge: CoordinatorError {
        CoordinatorError(
            .programOutputTooLarge, .failed,
            "\(command.name) wrote more than the \(command.outputLimit) bytes expected of it",
            wayOut: "run it by hand to see what it writes")
    }
}

extension CoordinatorError.Code {
    package static let programMissing = Self(rawValue: "program-missing")
    package static let programNotStarted = Self(rawValue: "program-not-started")
    package static let programTimedOut = Self(rawValue: "program-timed-out")
    package static let programInterrupted = Self(rawValue: "program-interrupted")
    package static let programOutputTooLarge = Self(rawValue: "program-output-too-large")
}
