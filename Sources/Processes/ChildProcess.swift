internal import Subprocess
package import SystemPackage

/// A program to run to its end in a session and process group of its own, as data: no shell ever reads it.
package struct ChildProcess: Sendable {
    package enum Program: Sendable, Hashable {
        /// Looked up in the PATH that the child gets.
        case named(String)
        case at(FilePath)
    }

    package enum Surroundings: Sendable, Hashable {
        /// All that the child gets.
        case only([String: String])
        /// Added to what this process has.
        case inherited(adding: [String: String])
    }

    package enum Outcome: Sendable {
        case ended(ChildResult)
        /// It did not end before its deadline and was ended. What it had written to standard error.
        case late(errorOutput: String)
        /// It wrote more than its limit, or a thousand times what is kept of standard error, and was ended.
        case wroteTooMuch(errorOutput: String)
        case missing(any Error)
        case notStarted(any Error)
    }

    private let program: Program
    private let arguments: [String]
    private let surroundings: Surroundings
    private let input: [UInt8]
    private let deadline: Duration
    private let grace: Duration
    private let captured: CapturedOutput

    /// - Parameters:
    ///   - arguments: visible to every user of the machine: no secrets.
    ///   - deadline: after this long, of time lived through, the child and its process group are ended.
    ///   - grace: what they then have between SIGTERM and SIGKILL.
    ///   - outputLimit: most bytes taken from standard output, which is taken whole or not at all.
    ///   - errorLimit: bytes kept of standard error: the last ones, where the reason stands.
    package init(
        _ program: Program, _ arguments: [String], _ surroundings: Surroundings, input: [UInt8] = [],
        deadline: Duration, grace: Duration, outputLimit: Int, errorLimit: Int
    ) {
        self.program = program
        self.arguments = arguments
        self.surroundings = surroundings
        self.input = input
        self.deadline = deadline
        self.grace = grace
        captured = CapturedOutput(outputLimit: outputLimit, errorLimit: errorLimit)
    }

    /// Returns when the child has ended. One whose caller's task is cancelled is ended as at its deadline, and how it
    /// ended comes back.
    package func run() async -> Outcome {
        // The deadline is outside of the child's whole life: a child may close its output and live on.
        await withTaskGroup(of: Outcome?.self) { group in
            group.addTask { await start() }
            group.addTask {
                try? await ContinuousClock().sleep(livingThrough: deadline)
                return nil
            }
            var isLate = false
            // Cancelled, the child is ended by its ladder; it is waited for, so that none outlives this call.
            for await outcome in group {
                group.cancelAll()
                if let outcome { return isLate ? late(outcome) : outcome }
                isLate = !Task.isCancelled
            }
            // Not reached: the child's task ends with an outcome.
            return .late(errorOutput: captured.errorText)
        }
    }

    private func late(_ outcome: Outcome) -> Outcome {
        if case .wroteTooMuch = outcome { return outcome }
        return .late(errorOutput: captured.errorText)
    }

    private func start() async -> Outcome {
        var options = PlatformOptions()
        options.createSession = true
        options.teardownSequence = ladder
        do {
            let run = try await Subprocess.run(
                executable, arguments: Arguments(arguments), environment: environment, platformOptions: options,
                input: .array(input), output: .sequence, error: .sequence
            ) { child in
                await follow(child)
            }
            guard !captured.overflowed else { return .wroteTooMuch(errorOutput: captured.errorText) }
            let ending: ChildResult.Ending =
                switch run.terminationStatus {
                case .exited(let status): .exited(status)
                case .signaled(let signal): .signalled(signal)
                }
            return .ended(ChildResult(ending: ending, output: captured.output, errorOutput: captured.errorText))
        } catch let error as SubprocessError where error.code == .executableNotFound {
            return .missing(error)
        } catch {
            return .notStarted(error)
        }
    }

    /// Reads both outputs at once, since a child that fills the one nobody reads would stop; ends the child if it
    /// writes too much or the deadline cancels this.
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

    private var executable: Executable {
        switch program {
        case .named(let name): .name(name)
        case .at(let path): .path(path)
        }
    }

    private var environment: Environment {
        func keyed(_ values: [String: String]) -> [Environment.Key: String] {
            let pairs = values.compactMap { name, value in Environment.Key(rawValue: name).map { ($0, value) } }
            return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
        }
        return switch surroundings {
        case .only(let values): .custom(keyed(values))
        case .inherited(let values): .inherit.updating(keyed(values).mapValues(Optional.some))
        }
    }
}

extension ChildProcess.Program: CustomStringConvertible {
    /// Name or path, for messages.
    package var description: String {
        switch self {
        case .named(let name): name
        case .at(let path): path.string
        }
    }
}
