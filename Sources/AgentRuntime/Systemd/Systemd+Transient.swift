internal import Processes
package import SystemPackage

extension Systemd {
    /// Runs a transient unit to its end, its output file empty at first. One of that name must not exist: `forget` it
    /// first.
    ///
    /// systemd is asked once and answers at the end. The unit lives on if whoever waits here does not.
    ///
    /// - Returns: whether it ended well. One that did not stays loaded until it is forgotten.
    package func run(_ unit: TransientUnit) async throws(NodeError) -> Bool {
        // systemd would append to what an earlier one left there.
        try Durable.replace(unit.output, with: [], mode: .ownerReadWrite)
        let result = try await runner.run(unit.command)
        if result.succeeded { return true }
        switch try await end(ofTransient: unit.name, within: unit.limit) {
        case .ended: return false
        case .absent, .running, nil:
            throw .failed(
                unit.command, result,
                wayOut: "look at systemctl status \(unit.name); if it is left over from a run that is done, stop it")
        }
    }

    /// Waits for a unit that an earlier life of this agent has started; nil where it did not end in time.
    package func end(ofTransient name: String, within limit: Duration) async throws(NodeError) -> TransientState? {
        try await Poll(every: .milliseconds(50), slowingTo: .seconds(1), deadline: limit).first {
            () async throws(NodeError) in
            let state = try await state(ofTransient: name)
            return state == .running ? nil : state
        }
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
