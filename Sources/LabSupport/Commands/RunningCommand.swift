package import Subprocess

/// A program that runs while a test does other things, and can be read from, signalled and waited for.
package actor RunningCommand {
    package nonisolated let argv: [String]
    /// Standard output so far, at most `Command.outputLimit` bytes of it.
    package private(set) var output: [UInt8] = []
    /// Standard error so far, at most `Command.outputLimit` bytes of it.
    package private(set) var errors: [UInt8] = []

    private typealias Process = Execution<CustomWriteInput, SequenceOutput, SequenceOutput>
    private var process: Process?
    private var result: Result<CommandOutcome, LabError>?
    private let input: AsyncStream<[UInt8]>.Continuation

    /// Starts it. Its standard input stays open until `closeInput`, or until this process ends.
    package init(_ argv: [String], environment: [String: String] = [:]) {
        self.argv = argv
        let (pieces, input) = AsyncStream.makeStream(of: [UInt8].self)
        self.input = input
        let configuration = Command.configuration(argv, environment: environment)
        Task { await self.run(configuration, pieces) }
    }

    package var text: String { String(decoding: output, as: UTF8.self) }
    package var errorText: String { String(decoding: errors, as: UTF8.self) }
    package var hasEnded: Bool { result != nil }

    /// Writes to its standard input, as soon as it has begun and all before is written.
    package func write(_ bytes: [UInt8]) {
        input.yield(bytes)
    }

    package func closeInput() {
        input.finish()
    }

    /// Sends a signal, as soon as it has begun; nothing if it has ended.
    package func send(_ signal: Signal) async throws(LabError) {
        try await poll("\(command) begins") { self.process != nil || self.hasEnded }
        // It may have ended since: then there is nothing to signal.
        try? process?.send(signal: signal)
    }

    /// Waits until it has said this on one of its outputs.
    ///
    /// - Throws: `deadlinePassed`; `commandFailed` if it ends without having said so.
    package func says(_ wanted: String, within deadline: Duration = .seconds(60)) async throws(LabError) {
        try await poll("\(command) says '\(wanted)'", within: deadline) {
            self.hasSaid(wanted) || self.hasEnded
        }
        guard !hasSaid(wanted) else { return }
        throw LabError(.commandFailed, "\(command) ended without saying '\(wanted)'", cause: errorText + text)
    }

    /// Waits for its end.
    ///
    /// - Throws: `deadlinePassed`; `notStarted` if it never ran.
    package func outcome(within deadline: Duration = .seconds(60)) async throws(LabError) -> CommandOutcome {
        try await poll("\(command) ends", within: deadline) { self.hasEnded }
        guard let result else { throw LabError(.cancelled, "\(command): cancelled") }
        return try result.get()
    }

    private nonisolated var command: String { argv.joined(separator: " ") }

    private func hasSaid(_ wanted: String) -> Bool {
        text.contains(wanted) || errorText.contains(wanted)
    }

    private func run(_ configuration: Configuration, _ pieces: AsyncStream<[UInt8]>) async {
        do {
            let ended = try await Subprocess.run(
                configuration, input: .inputWriter, output: .sequence, error: .sequence
            ) { process in
                try await self.attend(process, pieces)
            }
            result = .success(
                CommandOutcome(argv: argv, status: .init(ended.terminationStatus), bytes: output, errors: errorText))
        } catch {
            result = .failure(LabError(catching: error, running: argv))
        }
        process = nil
    }

    private func attend(_ process: Process, _ pieces: AsyncStream<[UInt8]>) async throws {
        self.process = process
        defer { self.process = nil }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for await bytes in pieces { _ = try await process.standardInputWriter.write(bytes) }
                try await process.standardInputWriter.finish()
            }
            try await withThrowingTaskGroup(of: Void.self) { outputs in
                outputs.addTask {
                    for try await bytes in process.standardOutput { try await self.keep(output: bytes) }
                }
                outputs.addTask {
                    for try await bytes in process.standardError { try await self.keep(errors: bytes) }
                }
                try await outputs.waitForAll()
            }
            input.finish()
            try await group.waitForAll()
        }
    }

    private func keep(output bytes: SubprocessOutputSequence.Buffer) throws(LabError) {
        try append(bytes, to: &output)
    }

    private func keep(errors bytes: SubprocessOutputSequence.Buffer) throws(LabError) {
        try append(bytes, to: &errors)
    }

    private nonisolated func append(
        _ bytes: SubprocessOutputSequence.Buffer, to kept: inout [UInt8]
    ) throws(LabError) {
        guard kept.count + bytes.count <= Command.outputLimit else {
            throw LabError(.tooMuchOutput, "\(command): printed more than \(Command.outputLimit) bytes")
        }
        bytes.withUnsafeBytes { kept.append(contentsOf: $0) }
    }
}
