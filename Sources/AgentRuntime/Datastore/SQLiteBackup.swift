internal import Csqlite
package import SystemPackage

/// SQLite's online backup: a whole, consistent copy of a database that another process is writing all the while.
package struct SQLiteBackup: Sendable {
    /// Pages a step, at 4 KiB each: short enough that other work goes on in between.
    private static let pages: Int32 = 256
    /// How long to wait when a writer holds the database for a moment.
    private static let pause: Duration = .milliseconds(20)

    package let source: FilePath
    package let deadline: Duration

    package init(of source: FilePath, deadline: Duration) {
        self.source = source
        self.deadline = deadline
    }

    /// Copies, checks the copy's integrity, makes it durable, mode 0600, and tells its size and hash.
    ///
    /// Throws `diskFull`, `snapshotFailed`, `snapshotCorrupt`, `commandTimedOut`; a failed copy leaves nothing.
    @concurrent
    package func run(to destination: FilePath) async throws(NodeError) -> FileDigest {
        let end = ContinuousClock.now.advanced(by: deadline)
        let part = destination.appendingSuffix(".part")
        try Durable.remove(part)
        // Made for root only before SQLite opens it.
        try Durable.replace(part, with: [], mode: .ownerReadWrite)
        do throws(NodeError) {
            try await copy(to: part, until: end)
            try await Self.verify(part, deadline: end - .now)
            // Nothing of it has been flushed before.
            try await Aside.run { () throws(NodeError) in
                try Durable.settle(part, at: destination, mode: .ownerReadWrite)
            }
            return try await FileDigest.of(destination)
        } catch {
            for suffix in ["", "-journal", "-wal", "-shm"] { try? Durable.remove(part.appendingSuffix(suffix)) }
            throw error
        }
    }

    private func copy(to part: FilePath, until end: ContinuousClock.Instant) async throws(NodeError) {
        let from = try SQLiteConnection.open(source, .shared)
        let to = try SQLiteConnection.open(part, .create)
        // The copy is worth nothing until it is whole and synced, so its own journal would be for nothing.
        try to.execute("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF")
        if try from.column("PRAGMA journal_mode", limit: 1) == ["wal"] {
            // A read transaction pins one state of the database and blocks no writer in WAL mode. Without it each
            // commit of k3s between two steps would start the backup over, for ever.
            try from.execute("BEGIN; SELECT count(*) FROM sqlite_schema")
        }
        guard let backup = sqlite3_backup_init(to.handle, "main", from.handle, "main") else {
            throw SQLiteConnection.failure(part, sqlite3_extended_errcode(to.handle))
        }
        var status = SQLITE_OK
        while status == SQLITE_OK {
            status = sqlite3_backup_step(backup, Self.pages)
            if status == SQLITE_BUSY || status == SQLITE_LOCKED {
                status = SQLITE_OK
                try? await Task.sleep(for: Self.pause)
            }
            guard ContinuousClock.now < end, !Task.isCancelled else {
                status = SQLITE_INTERRUPT
                break
            }
            await Task.yield()
        }
        let finished = sqlite3_backup_finish(backup)
        guard status == SQLITE_DONE else { throw SQLiteConnection.failure(source, status) }
        guard finished == SQLITE_OK else { throw SQLiteConnection.failure(part, finished) }
    }
}
