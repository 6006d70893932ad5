package import SystemPackage

extension SQLiteBackup {
    /// Looks at every page of a finished copy again. Throws `snapshotCorrupt` if anything is wrong.
    package static func verify(_ copy: FilePath, deadline: Duration) async throws(NodeError) {
        // One call that reads all of it: minutes for a large one.
        let findings = try await Aside.run { () throws(NodeError) in
            let connection = try SQLiteConnection.open(copy, .alone)
            let interruption = connection.interrupt(after: .now.advanced(by: deadline))
            defer { withExtendedLifetime(interruption) {} }
            return try connection.column("PRAGMA integrity_check(10)", limit: 10)
        }
        guard findings == ["ok"] else {
            throw NodeError(
                .snapshotCorrupt, "\(copy) is damaged: \(findings.first ?? "nothing was said")",
                wayOut: "the database that it was copied from may be damaged too: PRAGMA integrity_check tells")
        }
    }
}
