internal import Csqlite
internal import SystemPackage

/// One connection to a SQLite file; closed when dropped.
struct SQLiteConnection: ~Copyable {
    enum Access {
        /// Beside other processes that write.
        case shared
        /// Nobody else has the file: no lock and no -shm file are made.
        case alone
        case create
    }

    let path: FilePath
    let handle: OpaquePointer

    static func open(_ path: FilePath, _ access: Access) throws(NodeError) -> SQLiteConnection {
        let flags: Int32
        var name = path.string
        switch access {
        case .shared: flags = SQLITE_OPEN_READONLY
        case .alone:
            flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI
            name = "file:\(Self.escaped(path.string))?immutable=1"
        case .create: flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
        }
        var handle: OpaquePointer?
        let status = sqlite3_open_v2(name, &handle, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nil)
        guard status == SQLITE_OK, let handle else {
            sqlite3_close_v2(handle)
            throw failure(path, status)
        }
        let connection = SQLiteConnection(path: path, handle: handle)
        // Half a megabyte instead of two: the agent is to stay small.
        try connection.execute("PRAGMA cache_size=-512")
        return connection
    }

    private init(path: FilePath, handle: OpaquePointer) {
        self.path = path
        self.handle = handle
    }

    deinit { sqlite3_close_v2(handle) }

    func execute(_ statement: String) throws(NodeError) {
        let status = sqlite3_exec(handle, statement, nil, nil, nil)
        guard status == SQLITE_OK else { throw Self.failure(path, status) }
    }

    /// The first column of each row, at most `limit` rows.
    func column(_ statement: String, limit: Int) throws(NodeError) -> [String] {
        var prepared: OpaquePointer?
        let status = sqlite3_prepare_v2(handle, statement, -1, &prepared, nil)
        guard status == SQLITE_OK else { throw Self.failure(path, status) }
        defer { sqlite3_finalize(prepared) }
        var rows: [String] = []
        while rows.count < limit {
            switch sqlite3_step(prepared) {
            case SQLITE_ROW: rows.append(sqlite3_column_text(prepared, 0).map { String(cString: $0) } ?? "")
            case SQLITE_DONE: return rows
            case let status: throw Self.failure(path, status)
            }
        }
        return rows
    }

    /// Ends a statement that runs past `deadline` with SQLITE_INTERRUPT.
    func interrupt(after deadline: ContinuousClock.Instant) -> Interruption {
        Interruption(handle: handle, deadline: deadline)
    }

    static func failure(_ path: FilePath, _ status: Int32) -> NodeError {
        switch status & 0xff {
        case SQLITE_FULL:
            .file("write", path, .noSpace)
        case SQLITE_CORRUPT, SQLITE_NOTADB:
            NodeError(
                .snapshotCorrupt, "\(path) is damaged", cause: SQLiteFailure(status: status),
                wayOut: "check it by hand: sqlite3 \(path) 'PRAGMA integrity_check'")
        case SQLITE_INTERRUPT:
            NodeError(.commandTimedOut, "\(path) could not be read within its deadline")
        default:
            NodeError(.snapshotFailed, "SQLite cannot use \(path)", cause: SQLiteFailure(status: status))
        }
    }

    private static func escaped(_ path: String) -> String {
        path.utf8.map { byte in
            let plain = (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
            return plain || "/-._".utf8.contains(byte)
                ? String(Unicode.Scalar(byte)) : "%" + [byte].hexadecimalUpper
        }.joined()
    }
}

/// SQLite's own words for a status.
struct SQLiteFailure: Error, CustomStringConvertible {
    let status: Int32

    var description: String { "SQLite: \(String(cString: sqlite3_errstr(status))) (\(status))" }
}

/// A deadline for whatever runs on a connection while this is alive.
final class Interruption {
    private let handle: OpaquePointer
    private let deadline: ContinuousClock.Instant

    init(handle: OpaquePointer, deadline: ContinuousClock.Instant) {
        self.handle = handle
        self.deadline = deadline
        sqlite3_progress_handler(
            handle, 10_000,
            { context in
                guard let context else { return 0 }
                let interruption = Unmanaged<Interruption>.fromOpaque(context).takeUnretainedValue()
                return ContinuousClock.now < interruption.deadline ? 0 : 1
            }, Unmanaged.passUnretained(self).toOpaque())
    }

    deinit { sqlite3_progress_handler(handle, 0, nil, nil) }
}

extension [UInt8] {
    fileprivate var hexadecimalUpper: String {
        map { String($0 >> 4, radix: 16, uppercase: true) + String($0 & 15, radix: 16, uppercase: true) }.joined()
    }
}
