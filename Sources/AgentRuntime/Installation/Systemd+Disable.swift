internal import Processes

extension Systemd {
    func disable(_ unit: String) async throws(NodeError) {
        try await runner.require(Self.systemctl(["disable", "--", unit]))
    }

    /// The units of steps that run now, whoever started them.
    func runningSteps() async throws(NodeError) -> [String] {
        let listed = try await runner.require(
            Self.systemctl([
                "list-units", "--no-legend", "--plain", "--state=active,activating", "k3s-upgrade-*.service",
            ]))
        return listed.outputText.split(whereSeparator: \.isNewline)
            .compactMap { $0.split(separator: " ").first.map(String.init) }
            .filter { $0 != AgentPlaces.serviceUnit }
    }
}
