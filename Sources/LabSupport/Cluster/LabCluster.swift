package import SystemPackage

/// A K3s cluster on a lab's hosts, with the stand-in in K3s' place, and a release site in its network. See
/// deploy/lab/cluster. Needs what deploy/build makes.
package struct LabCluster: Sendable {
    package let lab: Lab
    /// The operator's cluster.yaml.
    package let inventory: FilePath

    /// The program that makes one, in the tree that these sources belong to.
    static let program = Lab.program.removingLastComponent().appending("cluster")

    /// Makes a cluster, runs `body`, and ends it whatever becomes of that.
    package static func with<Value: Sendable>(
        _ configuration: LabClusterConfiguration = LabClusterConfiguration(),
        _ body: (LabCluster) async throws -> Value
    ) async throws -> Value {
        let cluster = try await start(configuration)
        do {
            let value = try await body(cluster)
            try await cluster.stop()
            return value
        } catch {
            try? await cluster.stop()
            throw error
        }
    }

    /// Boots the hosts and installs K3s on them as an operator would; returns when all nodes are Ready and all
    /// workloads run.
    ///
    /// - Throws: `labFailed` with the reason; `commandFailed`; `deadlinePassed`.
    package static func start(
        _ configuration: LabClusterConfiguration = LabClusterConfiguration()
    ) async throws(LabError) -> LabCluster {
        let overlay = FilePath(try await Command(["mktemp", "-d"]).run().checked().line)
        let lab: Lab
        do {
            try await run(["overlay", overlay.string] + configuration.overlayArguments)
            var hosts = configuration.lab
            hosts.overlays.append(overlay)
            lab = try await Lab.start(hosts)
        } catch {
            await remove(overlay)
            throw error
        }
        // The hosts have a copy of their own.
        await remove(overlay)
        do {
            let inventory = try await run(["up", lab.state.string] + configuration.upArguments).line
            return LabCluster(lab: lab, inventory: FilePath(inventory))
        } catch {
            try? await lab.stop()
            throw error
        }
    }

    package func stop() async throws(LabError) { try await lab.stop() }

    /// What is not well in the cluster, a line each, as its own API tells it.
    package func problems() async throws(LabError) -> [String] {
        try await Self.run(["problems", lab.state.string]).line.split(separator: "\n").map(String.init)
    }

    @discardableResult
    static func run(_ arguments: [String]) async throws(LabError) -> CommandOutcome {
        var command = Command([program.string] + arguments)
        command.deadline = .seconds(400)
        return try await command.run().checked()
    }

    private static func remove(_ folder: FilePath) async {
        _ = try? await Command(["rm", "-rf", "--", folder.string]).run()
    }
}
