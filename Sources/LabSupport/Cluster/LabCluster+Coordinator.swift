package import SystemPackage

extension LabCluster {
    /// What deploy/build makes, in the tree that these sources belong to.
    package static let tree = Lab.program.removingLastComponent().removingLastComponent().removingLastComponent()
    package static let coordinator = tree.appending(".build/release/coordinator")
    package static let agent = tree.appending(".build-agent/release/k3s-upgrade-agent")

    /// Runs the coordinator on the operator's machine, to its end.
    package func coordinate(
        _ arguments: [String], deadline: Duration = .seconds(300)
    ) async throws(LabError) -> CommandOutcome {
        try await lab.runAsOperator(commandLine(arguments), deadline: deadline)
    }

    /// Starts the coordinator on the operator's machine; signals reach it.
    package func startCoordinator(_ arguments: [String]) -> RunningCommand {
        lab.startAsOperator(commandLine(arguments))
    }

    /// Puts the agents on all hosts, with these options of `agents install`.
    package func installAgents(_ options: [String] = []) async throws(LabError) {
        try await coordinate(["agents", "install", "--agent", Self.agent.string] + options).checked()
    }

    private func commandLine(_ arguments: [String]) -> [String] {
        [Self.coordinator.string] + arguments + ["--inventory", inventory.string]
    }
}
