internal import Csqlite

/// SQLite's answer to a statement that failed.
struct SQLiteError: Error, CustomStringConvertible {
    let message: String
    let code: Int32
    var description: String { "SQLite: \(message) (\(code))" }
}

/// One open database in WAL mode, as kine opens its own. It is never closed: like K3s, this program leaves `-wal` and
/// `-shm` behind when it ends.
@MainActor final class SQLiteDatabase {
    private let handle: OpaquePointer
    private var statements: [String: OpaquePointer] = [:]

    init(path: String) throws(SQLiteError) {
        var handle: OpaquePointer?
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
        let code = sqlite3_open_v2(path, &handle, flags, nil)
        guard code == SQLITE_OK, let handle else {
            throw SQLiteError(message: "cannot open \(path): \(String(cString: sqlite3_errstr(code)))", code: code)
        }
        self.handle = handle
        sqlite3_busy_timeout(handle, 5000)
        try run("PRAGMA journal_mode=WAL")
        try run("PRAGMA synchronous=NORMAL")
    }

    enum Value {
        case int(Int)
        case text(String)
        case blob([UInt8])
        case null
    }

    /// Runs one statement to its end; `row` sees each of its rows.
    func run(_ sql: String, _ values: [Value] = [], row: (Row) -> Void = { _ in }) throws(SQLiteError) {
        let statement = try prepared(sql)
        defer {
            sqlite3_reset(statement)
            sqlite3_clear_bindings(statement)
        }
        for (index, value) in values.enumerated() {
            let position = Int32(index + 1)
            switch value {
            case .int(let number): sqlite3_bind_int64(statement, position, Int64(number))
            case .text(let text): bind(Array(text.utf8), statement, position, asText: true)
            case .blob(let bytes): bind(bytes, statement, position, asText: false)
            case .null: sqlite3_bind_null(statement, position)
            }
        }
        while true {
            switch sqlite3_step(statement) {
            case SQLITE_ROW: row(Row(statement: statement))
            case SQLITE_DONE: return
            default: throw problem()
            }
        }
    }

    struct Row {
        fileprivate let statement: OpaquePointer

        func int(_ column: Int32) -> Int { Int(sqlite3_column_int64(statement, column)) }

        func bytes(_ column: Int32) -> [UInt8] {
            guard let start = sqlite3_column_blob(statement, column) else { return [] }
            return Array(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, column))))
        }
    }

    private func bind(_ bytes: [UInt8], _ statement: OpaquePointer, _ position: Int32, asText: Bool) {
        // SQLite copies the bytes (SQLITE_TRANSIENT, a macro Swift does not import).
        let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        _ = bytes.withUnsafeBytes { buffer in
            if asText {
                sqlite3_bind_text(
                    statement, position, buffer.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(buffer.count),
                    transient)
            } else {
                sqlite3_bind_blob(statement, position, buffer.baseAddress, Int32(buffer.count), transient)
            }
        }
    }

    private func prepared(_ sql: String) throws(SQLiteError) -> OpaquePointer {
        if let statement = statements[sql] { return statement }
        var statement: OpaquePointer?
        guard sqlite3_prepare_v2(handle, sql, -1, &statement, nil) == SQLITE_OK, let statement else { throw problem() }
        statements[sql] = statement
        return statement
    }

    private func problem() -> SQLiteError {
        SQLiteError(message: String(cString: sqlite3_errmsg(handle)), code: sqlite3_extended_errcode(handle))
    }
}
