package import SystemPackage

extension LabCluster {
    /// Writes down the cluster's objects, and of every host that is on its units, environments, the stand-in's log and
    /// the agent's snapshots.
    ///
    /// - Returns: a folder that is gone with the cluster.
    package func record() async throws(LabError) -> FilePath {
        let folder = FilePath(try await Command(["mktemp", "-d", "-p", lab.state.string]).run().checked().line)
        try await Self.run(["record", lab.state.string, folder.string])
        return folder
    }

    /// What the hosts themselves, since a record, tell against an upgrade to `version`: bytes of unit and environment
    /// that differ, a wrong order, no good snapshot, a cordon that is left, a volume or a workload that is not back.
    ///
    /// - Parameter upgraded: whether all of it was to be done; else only that nothing else was harmed.
    /// - Returns: each with its details; none if all is well.
    package func contradictions(
        since before: FilePath, to version: String, upgraded: Bool = true
    ) async throws(LabError) -> [String] {
        let after = try await record()
        let check = Lab.program.removingLastComponent().removingLastComponent().appending("lib/rehearsal/check.py")
        let outcome = try await Command([
            "/usr/bin/python3", check.string, before.string, after.string, lab.state.appending("hosts").string, version,
            upgraded ? "upgraded" : "stopped",
        ]).run()
        guard [.exited(0), .exited(1)].contains(outcome.status), outcome.errors.isEmpty else {
            throw LabError(.commandFailed, "the record could not be checked", cause: outcome.description)
        }
        var found: [String] = []
        var isDetail = false
        for line in outcome.output.split(separator: "\n") {
            if line.hasPrefix("  NOT OK: ") {
                found.append(String(line.dropFirst("  NOT OK: ".count)))
                isDetail = true
            } else if isDetail, line.hasPrefix("          ") {
                found[found.count - 1] += "; " + line.dropFirst(10)
            } else {
                isDetail = false
            }
        }
        return found
    }
}
