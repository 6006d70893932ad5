import SystemPackage

extension LabCluster {
    /// Runs `body` while a program of its own on the operator's machine asks the first server's `/readyz`, with the
    /// administrator's token, some forty times a second.
    ///
    /// - Returns: the longest time from a question that was answered well to the next good answer, in seconds.
    package func longestOutage(while body: () async throws -> Void) async throws -> Double {
        let poller = RunningCommand([Self.program.string, "outage", lab.state.string])
        try await poller.says("asking", within: .seconds(30))
        do {
            try await body()
        } catch {
            await poller.closeInput()
            _ = try? await poller.outcome()
            throw error
        }
        await poller.closeInput()
        let outcome = try await poller.outcome().checked()
        guard let last = outcome.line.split(separator: "\n").last, let seconds = Double(last) else {
            throw LabError(.commandFailed, "the poller said no time", cause: outcome.description)
        }
        return seconds
    }
}
