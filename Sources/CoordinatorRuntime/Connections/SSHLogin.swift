package import SSH
package import SystemPackage

/// A login over one SSH session.
package struct SSHLogin: RemoteLogin, AgentLogin {
    package let session: SSHSession

    package init(session: SSHSession) { self.session = session }

    package var name: String { "\(session.destination.user)@\(session.destination.host)" }

    package func run(
        _ arguments: [String], input: [UInt8], deadline: Duration
    ) async throws(CoordinatorError) -> RemoteResult {
        try await translating { () throws(SSHError) in
            let command = try RemoteCommand(arguments)
            return try await session.run(command, input: input, timeout: deadline).remoteResult
        }
    }

    package func run(
        _ arguments: [String], file: FilePath, deadline: Duration
    ) async throws(CoordinatorError) -> RemoteResult {
        let descriptor: FileDescriptor
        do {
            descriptor = try FileDescriptor.open(file, .readOnly, options: .closeOnExec)
        } catch {
            throw CoordinatorError(
                .agentProgramUnusable, .usage, "cannot read \(file)", cause: error, wayOut: "look at its permissions")
        }
        defer { try? descriptor.close() }
        return try await translating { () throws(SSHError) in
            let channel = try await session.execute(try RemoteCommand(arguments), timeout: deadline)
            do throws(SSHError) {
                try await channel.push(FileChunks(descriptor: descriptor.rawValue), timeout: deadline)
            } catch {
                // The program ended before it had read everything: its status and words say why.
                guard error.code == .channelClosed else { throw error }
            }
            var output: [UInt8] = []
            let end = Deadline.after(deadline)
            while let chunk = try await channel.read(until: end), output.count < 64 * 1024 { output += chunk }
            let ended = try await channel.end(timeout: end.remaining)
            let result = RemoteResult(
                status: ended.exitStatus, output: output, errorOutput: await channel.standardError.text)
            await channel.close()
            return result
        }
    }

    package func run(
        line: String, input: [UInt8], deadline: Duration
    ) async throws(CoordinatorError) -> RemoteResult {
        try await translating { () throws(SSHError) in
            let command = try RemoteCommand(shellLine: line)
            return try await session.run(command, input: input, timeout: deadline).remoteResult
        }
    }

    package func close() async { await session.close() }

    private func translating<Value: Sendable>(
        _ body: () async throws(SSHError) -> Value
    ) async throws(CoordinatorError) -> Value {
        do throws(SSHError) {
            return try await body()
        } catch {
            throw CoordinatorError(error)
        }
    }
}

extension CommandResult {
    fileprivate var remoteResult: RemoteResult {
        RemoteResult(status: end.exitStatus, output: output, errorOutput: standardError.text)
    }
}

extension CommandEnd {
    fileprivate var exitStatus: Int32? {
        guard case .status(let status) = self else { return nil }
        return status
    }
}
