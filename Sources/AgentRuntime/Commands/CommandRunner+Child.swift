internal import Subprocess

extension CommandRunner {
    /// Runs real child processes, each in a session and process group of its own.
    ///
    /// - Parameter grace: how long a child at its deadline has between SIGTERM and SIGKILL.
    package static func children(grace: Duration = .seconds(5)) -> CommandRunner {
        CommandRunner { (command) async throws(NodeError) -> CommandResult in
            try await Child(command: command, grace: grace).run()
        }
    }
}

/// One child process from start to end.
private struct Child {
    let command: Command
    let grace: Duration
    let captured: CapturedOutput

    private enum Outcome {
        case ended(TerminationStatus)
        case notRun(NodeError)
        case deadline
    }

    init(command: Command, grace: Duration) {
        self.command = command
        self.grace = grace
        captured = CapturedOutput(outputLimit: command.outputLimit, errorLimit: CommandRunner.errorLimit)
    }

    func run() async throws(NodeError) -> CommandResult {
        // The deadline is outside of the child's whole life: a child may close its output and live on.
        let (outcome, late) = await withTaskGroup(of: Outcome.self) { group in
            group.addTask { await start() }
            group.addTask {
                try? await ContinuousClock().sleep(livingThrough: command.deadline)
                return .deadline
            }
            let first = await group.next()
            group.cancelAll()
            guard case .deadline = first else { return (first, false) }
            // Cancelled, the child is ended by the ladder below; wait for that, so that no child outlives this call.
            return (await group.next(), !Task.isCancelled)
        }
        if captured.overflowed { throw tooLarge }
        if late { throw timedOut }
        switch outcome {
        case .ended(.exited(let status)):
            return CommandResult(ending: .exited(status), output: captured.output, errorOutput: captured.errorText)
        case .ended(.signaled(let signal)):
            return CommandResult(ending: .signalled(signal), output: captured.output, errorOutput: captured.errorText)
        case .notRun(let error):
            throw error
        case .deadline, nil:
            throw timedOut
        }
    }

    private func start() async -> Outcome {
        var options = PlatformOptions()
        options.createSession = true
        options.teardownSequence = ladder
        let executable: Executable =
            switch command.program {
            case .named(let name): .name(name)
            case .at(let path): .path(path)
            }
        let environment = Dictionary(
            command.environment.compactMap { name, value in Environment.Key(rawValue: name).map { ($0, value) } },
            uniquingKeysWith: { first, _ in first })
        do {
            let result = try await Subprocess.run(
                executable, arguments: Arguments(command.arguments), environment: .custom(environment),
                platformOptions: options, input: .array(command.input), output: .sequence, error: .sequence
            ) { child in
                await follow(child)
            }
            return .ended(result.terminationStatus)
        } catch let error as SubprocessError where error.code == .executableNotFound {
            return .notRun(
                NodeError(
                    .commandMissing, "cannot run \(command): there is no such program", cause: error,
                    wayOut: "install it; it is looked for in \(Command.path)"))
        } catch {
            return .notRun(NodeError(.commandNotStarted, "cannot run \(command)", cause: error))
        }
    }

    /// Reads both outputs until they end; ends the child if it writes too much or the deadline cancels this.
    private func follow(_ child: Execution<ArrayInput, SequenceOutput, SequenceOutput>) async {
        let captured = captured
        let withinLimits = await withTaskGroup(of: Bool.self) { group in
            group.addTask { await Self.drain(child.standardOutput) { captured.takeOutput($0) } }
            group.addTask { await Self.drain(child.standardError) { captured.takeError($0) } }
            for await fine in group where !fine {
                group.cancelAll()
                return false
            }
            return true
        }
        guard !withinLimits || Task.isCancelled else { return }
        await child.teardown(using: ladder)
        // The child is not reaped before this returns, so the group's number is still its own: whatever it left
        // behind in its group, deaf to SIGTERM, ends here.
        try? child.send(signal: .kill, toProcessGroup: true)
    }

    private static func drain(_ sequence: SubprocessOutputSequence, _ take: (RawSpan) -> Bool) async -> Bool {
        do {
            for try await buffer in sequence {
                guard take(buffer.bytes) else { return false }
            }
            return true
        } catch {
            return false
        }
    }

    private var ladder: [TeardownStep] {
        [.send(signal: .terminate, toProcessGroup: true, allowedDurationToNextStep: grace)]
    }

    private var tooLarge: NodeError {
        NodeError(
            .commandOutputTooLarge, "\(command) wrote more than the \(command.outputLimit) bytes expected of it",
            cause: CommandFailure(command: command, ending: nil, errorOutput: captured.errorText))
    }

    private var timedOut: NodeError {
        NodeError(
            .commandTimedOut, "\(command) did not end within \(command.deadline) and was ended",
            cause: CommandFailure(command: command, ending: nil, errorOutput: captured.errorText))
    }
}
