internal import Processes
package import SystemPackage

extension Kubectl {
    /// The arguments of `k3s` that evict a node's pods. kubectl overruns its own time-out when a budget has not been
    /// observed yet: whoever runs it keeps a deadline of its own outside.
    package static func drainArguments(_ nodes: [String], timeout: Duration, rehearsal: Bool = false) -> [String] {
        let arguments = [
            "kubectl", "drain", "--ignore-daemonsets", "--delete-emptydir-data",
            "--timeout=\(max(1, timeout.components.seconds))s",
        ]
        return arguments + (rehearsal ? ["--dry-run=server"] : []) + ["--"] + nodes
    }

    /// What draining these nodes would be refused for, asked of the API server; nothing is changed.
    ///
    /// - Returns: nil if all of it would go through, else kubectl's reasons.
    package func rehearseDrain(of nodes: [String], timeout: Duration = .seconds(20)) async throws(NodeError) -> String?
    {
        let command = Command(
            .at(k3s), Self.drainArguments(nodes, timeout: timeout, rehearsal: true), environment: environment,
            deadline: timeout + .seconds(20))
        let result = try await runner.run(command)
        return result.succeeded ? nil : result.errorOutput
    }

    /// The drain as a transient unit, which lives on if the agent does not.
    package func drainUnit(_ node: String, step: String, output: FilePath, timeout: Duration) -> TransientUnit? {
        TransientUnit(
            step: step, program: k3s, arguments: Self.drainArguments([node], timeout: timeout),
            environment: environment, output: output, limit: timeout + .seconds(30))
    }
}
