internal import Processes
package import SystemPackage

/// One file to fetch, by curl.
package struct Download: Sendable, Equatable {
    package let address: WebAddress
    package let destination: FilePath
    /// Bytes; more are refused, whatever the server says beforehand.
    package let limit: Int64
    package let deadline: Duration
    /// `HTTPS_PROXY` and its like, from the node's own k3s environment.
    package let proxies: [String: Secret]

    package init(
        _ address: WebAddress, to destination: FilePath, limit: Int64, deadline: Duration,
        proxies: [String: Secret] = [:]
    ) {
        self.address = address
        self.destination = destination
        self.limit = limit
        self.deadline = deadline
        self.proxies = proxies
    }

    /// curl under a file size limit of the kernel's: curl's own holds only if the server announces a size, before 8.4.
    package var command: Command {
        let schemes = address.isEncrypted ? "=https" : "=http,https"
        let seconds = "\(max(1, deadline.components.seconds))"
        return Command(
            .named("prlimit"),
            [
                "--fsize=\(limit):\(limit)", "curl", "--disable", "--globoff", "--fail", "--silent", "--show-error",
                "--location", "--max-redirs", "5", "--proto", schemes, "--proto-redir", schemes,
                "--connect-timeout", "15", "--max-time", seconds, "--speed-limit", "1024", "--speed-time", "30",
                "--max-filesize", "\(limit)", "--output", destination.string, "--write-out", "%{http_code}",
                "--url", address.text,
            ],
            environment: proxies.mapValues(\.revealed), deadline: deadline + .seconds(5), outputLimit: 4096)
    }

    /// Fetches into a file of mode 0600 and returns what came; a failed one leaves nothing.
    package func run(_ runner: CommandRunner) async throws(NodeError) -> FileDigest {
        // Made beforehand, exclusively and for root only: curl then writes into it.
        try Durable.remove(destination)
        try Durable.replace(destination, with: [], mode: .ownerReadWrite)
        do throws(NodeError) {
            let result = try await runner.run(command)
            guard result.succeeded else { throw failure(result) }
            return try await FileDigest.of(destination)
        } catch {
            try? Durable.remove(destination)
            throw error
        }
    }

    /// Tells a failure by curl's exit status (curl(1), "EXIT CODES") and the HTTP status that it prints.
    private func failure(_ result: ChildResult) -> NodeError {
        let cause = CommandFailure(command: command, ending: result.ending, errorOutput: result.errorOutput)
        let status = Int(result.outputText) ?? 0
        switch result.ending {
        case .exited(22) where status == 404 || status == 410:
            return NodeError(
                .releaseMissing, "the release site has no \(address)", cause: cause,
                wayOut: "check the version, and the release site in \(AgentPlaces.policy)")
        case .exited(23):
            return NodeError(
                .diskFull, "cannot write \(destination)", cause: cause,
                wayOut: "free some space on the disk that holds it, then run the same command again")
        case .exited(63), .signalled(25):
            return NodeError(
                .fileTooLarge, "\(address) is larger than the \(limit >> 20) MiB expected of it", cause: cause,
                wayOut: "look at what the release site answers")
        default:
            return NodeError(
                .releaseUnreachable, "cannot fetch \(address)", cause: cause,
                wayOut: "check the network, or a proxy, from this node: curl -I \(address)")
        }
    }
}
