import AgentRuntime
import Csqlite
import SystemPackage

/// A database as k3s keeps one: in WAL mode, with a writer that may go on and on.
final class SampleDatabase: @unchecked Sendable {
    // Used by one task at a time; SQLite's own lock guards the rest. No busy time-out: whoever makes this writer wait,
    // if only for a moment, is found out by its error.
    private let handle: OpaquePointer

    struct Failure: Error { let status: Int32 }

    /// Opens a database, made if there is none.
    init(_ path: FilePath) throws {
        var handle: OpaquePointer?
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_FULLMUTEX
        let status = sqlite3_open_v2(path.string, &handle, flags, nil)
        guard status == SQLITE_OK, let handle else { throw Failure(status: status) }
        self.handle = handle
    }

    /// Makes a new one with this many rows of a kilobyte.
    static func make(at path: FilePath, rows: Int, wal: Bool = true) throws -> SampleDatabase {
        let database = try SampleDatabase(path)
        if wal { try database.run("PRAGMA journal_mode=WAL") }
        try database.run("PRAGMA synchronous=OFF; CREATE TABLE kine (id INTEGER PRIMARY KEY, value BLOB)")
        try database.fill(rows: rows)
        return database
    }

    deinit { sqlite3_close_v2(handle) }

    func run(_ statement: String) throws {
        let status = sqlite3_exec(handle, statement, nil, nil, nil)
        guard status == SQLITE_OK else { throw Failure(status: status) }
    }

    func fill(rows: Int) throws {
        try run(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i < \(rows)) "
                + "INSERT INTO kine (value) SELECT randomblob(1000) FROM n")
    }

    func rows() throws -> Int {
        var statement: OpaquePointer?
        let status = sqlite3_prepare_v2(handle, "SELECT count(*) FROM kine", -1, &statement, nil)
        guard status == SQLITE_OK else { throw Failure(status: status) }
        defer { sqlite3_finalize(statement) }
        guard sqlite3_step(statement) == SQLITE_ROW else { throw Failure(status: sqlite3_errcode(handle)) }
        return Int(sqlite3_column_int64(statement, 0))
    }
}
