internal import Processes

extension Kubectl {
    /// Nil if the cluster has no node of that name.
    package func node(_ name: String) async throws(NodeError) -> ClusterNode? {
        try await get(["nodes", "--ignore-not-found", "--", name], as: ClusterNode.self)
    }

    /// Whether the API server says that it is ready to serve. An anonymous probe would get 401 from a healthy one.
    ///
    /// - Parameter deadline: short, since this is asked several times a second during an outage.
    package func isReady(deadline: Duration = .seconds(3)) async -> Bool {
        let seconds = max(1, deadline.components.seconds)
        let command = command(
            ["get", "--raw", "/readyz", "--request-timeout=\(seconds)s"], deadline: deadline, outputLimit: 64 * 1024)
        return (try? await runner.run(command).succeeded) ?? false
    }
}
