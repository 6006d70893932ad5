internal import Processes

/// systemd of this node, by systemctl: no bus library in the agent.
///
/// Nothing here waits for a unit to come up: k3s' unit has no start timeout and may block for ever. Callers look at
/// the status, with a deadline of their own.
package struct Systemd: Sendable {
    /// What systemctl itself may take; a manager that does not answer for so long is broken.
    static let deadline: Duration = .seconds(30)

    let runner: CommandRunner

    package init(_ runner: CommandRunner) { self.runner = runner }

    package func status(_ unit: String) async throws(NodeError) -> UnitStatus {
        let command = Self.systemctl(
            ["show", "--no-pager", "--property=" + UnitStatus.properties.joined(separator: ","), "--", unit])
        guard let status = UnitStatus(printed: try await runner.require(command).outputText) else {
            throw NodeError(
                .systemdUnclear, "systemctl show says nothing about \(unit)",
                wayOut: "check by hand: systemctl show \(unit)")
        }
        return status
    }

    /// Queues the restart and returns.
    package func restart(_ unit: String) async throws(NodeError) {
        try await runner.require(Self.systemctl(["restart", "--no-block", "--", unit]))
    }

    /// Queues the start and returns.
    package func start(_ unit: String) async throws(NodeError) {
        try await runner.require(Self.systemctl(["start", "--no-block", "--", unit]))
    }

    /// Queues the stop and returns.
    package func stop(_ unit: String) async throws(NodeError) {
        try await runner.require(Self.systemctl(["stop", "--no-block", "--", unit]))
    }

    package func reload() async throws(NodeError) {
        try await runner.require(Self.systemctl(["daemon-reload"]))
    }

    /// Whether systemd starts the unit at boot, by what is on disk: a unit's status may be what it was at the last reload.
    package func isEnabled(_ unit: String) async throws(NodeError) -> Bool {
        let result = try await runner.run(Self.systemctl(["is-enabled", "--", unit]))
        let text = result.outputText
        return text.last == "\n" && UnitStatus.startsAtBoot(String(text.dropLast()))
    }

    /// Has systemd read its units anew, too.
    package func enable(_ unit: String) async throws(NodeError) {
        try await runner.require(Self.systemctl(["enable", "--", unit]))
    }

    static func systemctl(_ arguments: [String]) -> Command {
        Command(.named("systemctl"), arguments, deadline: deadline, outputLimit: 64 * 1024)
    }
}

extension NodeError.Code {
    package static let systemdUnclear = Self(rawValue: "systemd-unclear")
}
