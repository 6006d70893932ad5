/// The agent's two units in systemd's hands.
struct AgentUnits {
    let systemd: Systemd
    /// For each unit to come up or go down; the service itself is given less by its own unit file.
    var patience: Duration = .seconds(60)

    /// Stops both, the service first, since a socket cannot stop while its service may be started by it. Ones that are
    /// not there are fine.
    func halt() async throws(NodeError) {
        for unit in [AgentPlaces.serviceUnit, AgentPlaces.socketUnit] { try await stop(unit) }
        // A connection may have started the service between the two.
        try await stop(AgentPlaces.serviceUnit)
    }

    /// Enables both units and has them run.
    func bringUp(_ changes: inout InstallationChanges) async throws(NodeError) {
        // Always: an installation that broke off may have written units that systemd has not read yet.
        try await systemd.reload()
        for unit in [AgentPlaces.socketUnit, AgentPlaces.serviceUnit]
        where try await !systemd.status(unit).isEnabled {
            try await systemd.enable(unit)
            changes.add("enabled \(unit)")
        }
        for unit in [AgentPlaces.socketUnit, AgentPlaces.serviceUnit] {
            guard try await systemd.status(unit).activeState != .active else { continue }
            try await systemd.start(unit)
            try await wait(for: unit) { $0.activeState == .active }
            changes.add("started \(unit)")
        }
    }

    /// Stops and disables both units; ones that are not there are fine.
    func takeDown(_ changes: inout InstallationChanges) async throws(NodeError) {
        try await halt()
        for unit in [AgentPlaces.serviceUnit, AgentPlaces.socketUnit]
        where try await systemd.status(unit).isEnabled {
            try await systemd.disable(unit)
            changes.add("disabled \(unit)")
        }
    }

    private func stop(_ unit: String) async throws(NodeError) {
        let status = try await systemd.status(unit)
        guard status.activeState != .inactive, status.activeState != .failed else { return }
        try await systemd.stop(unit)
        try await wait(for: unit) { $0.activeState == .inactive || $0.activeState == .failed }
    }

    private func wait(for unit: String, _ isSo: (UnitStatus) -> Bool) async throws(NodeError) {
        var last: UnitStatus?
        let found = try await Poll(every: .milliseconds(50), deadline: patience).first { () throws(NodeError) in
            let status = try await systemd.status(unit)
            last = status
            return isSo(status) ? status : nil
        }
        guard found == nil else { return }
        throw NodeError(
            .agentUnitStuck,
            "\(unit) is \(last?.activeState.rawValue ?? "unknown") (\(last?.result ?? "")) after \(patience)",
            wayOut: "look at it on the node: systemctl status \(unit); journalctl -u \(unit)")
    }
}

extension NodeError.Code {
    package static let agentUnitStuck = Self(rawValue: "agent-unit-stuck")
}
