package import SystemPackage

extension SQLiteBackup {
    /// Looks at every page of a finished copy again. Throws `snapshotCorrupt` if anything is wrong.
    @concurrent
    package static func verify(_ copy: FilePath, deadline: Duration) async throws(NodeError) {
        let connection = try SQLiteConnection.open(copy, .alone)
        let interruption = connection.interrupt(after: .now.advanced(by: deadline))
        let findings = try connection.column("PRAGMA integrity_check(10)", limit: 10)
        withExtendedLifetime(interruption) {}
        guard findings == ["ok"] else {
            throw NodeError(
                .snapshotCorrupt, "\(copy) is damaged: \(findings.first ?? "nothing was said")",
                wayOut: "the database that it was copied from may be damaged too: PRAGMA integrity_check tells")
        }
    }
}
