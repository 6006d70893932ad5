/// A command that ran to its end.
package struct CommandResult: Sendable {
    package let end: CommandEnd
    /// All of standard output.
    package let output: [UInt8]
    /// The last 64 KiB of standard error.
    package let standardError: BoundedTail

    /// Standard output as text, repaired where it isn't UTF-8. Not cleaned: see that it reaches no terminal as it is.
    package var text: String { String(decoding: output, as: UTF8.self) }
}

extension SSHSession {
    /// Runs a command to its end and collects its output. Cancellation closes its channel.
    /// - Parameters:
    ///   - input: what it finds on standard input.
    ///   - timeout: for all of it.
    ///   - outputLimit: in bytes.
    /// - Throws: `timedOut`, `outputLimitExceeded`, and what `execute` throws. A command that fails is no error: see
    ///   `CommandResult.end`.
    package nonisolated func run(
        _ command: RemoteCommand, input: [UInt8] = [], timeout: Duration, outputLimit: Int = 1 << 20
    ) async throws(SSHError) -> CommandResult {
        let deadline = Deadline.after(timeout)
        let channel = try await execute(command, timeout: timeout)
        async let feeding: Void = Self.feed(input, to: channel, until: deadline)
        do throws(SSHError) {
            var output: [UInt8] = []
            while let chunk = try await channel.read(timeout: deadline.remaining) {
                output += chunk
                guard output.count <= outputLimit else {
                    throw SSHError(
                        .outputLimitExceeded,
                        "a command on \(destination.label) wrote more than the \(outputLimit) bytes it may",
                        wayOut: "look at what it prints: `\(UntrustedText.cleaned(command.line))`")
                }
            }
            let end = try await channel.end(timeout: deadline.remaining)
            let errors = await channel.standardError
            await channel.close()
            await feeding
            return CommandResult(end: end, output: output, standardError: errors)
        } catch {
            await channel.close()
            await feeding
            throw error
        }
    }

    /// A command may end, or close its input, before it has read everything: its exit status tells whether that was
    /// wrong.
    @concurrent
    private static func feed(_ input: [UInt8], to channel: ExecChannel, until deadline: Deadline) async {
        do throws(SSHError) {
            try await channel.write(input, timeout: deadline.remaining)
            try await channel.finishInput()
        } catch {}
    }
}
