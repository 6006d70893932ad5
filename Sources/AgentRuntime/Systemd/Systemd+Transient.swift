package import SystemPackage

extension Systemd {
    /// Starts a transient unit with an empty output file. One of that name must not exist: `forget` it first.
    package func start(_ unit: TransientUnit) async throws(NodeError) {
        // systemd would append to what an earlier one left there.
        try Durable.replace(unit.output, with: [], mode: .ownerReadWrite)
        try await runner.require(
            unit.command,
            wayOut: "look at systemctl status \(unit.name); if it is left over from a run that is done, stop it")
    }

    package func state(ofTransient name: String) async throws(NodeError) -> TransientState {
        TransientState(try await status(name))
    }

    /// Ends a transient unit and all its children, and makes its name free again. Nothing there is fine.
    ///
    /// Waits for the end, which systemd bounds by the unit's TimeoutStopSec of 10 s.
    package func forget(transient name: String) async throws(NodeError) {
        guard try await state(ofTransient: name) != .absent else { return }
        let stop = try await runner.run(Self.systemctl(["stop", "--", name]))
        guard try await state(ofTransient: name) != .absent else { return }
        // A unit that failed stays loaded until told.
        let reset = try await runner.run(Self.systemctl(["reset-failed", "--", name]))
        guard try await state(ofTransient: name) == .absent else {
            throw NodeError(
                .systemdUnclear, "\(name) cannot be stopped",
                cause: CommandFailure(
                    command: Self.systemctl(["stop", "--", name]), ending: stop.ending,
                    errorOutput: stop.errorOutput + reset.errorOutput),
                wayOut: "stop it by hand: systemctl kill -s KILL \(name)")
        }
    }

    /// The end of what a transient unit has printed, at most `limit` bytes.
    package static func output(of path: FilePath, limit: Int = CommandRunner.errorLimit) throws(NodeError) -> String {
        String(decoding: try PlainFile.open(path).tail(limit: limit), as: UTF8.self)
    }
}
