/// The datastore of a single server: kine's table in SQLite. Every change is a row, and the rows are the state.
@MainActor final class SQLiteBackend: Store.Backend {
    private let database: SQLiteDatabase
    private let store: Store
    private var changesSinceCompaction = 0
    /// Kine compacts every five minutes; here it is counted in changes, so that the file stays small in long tests.
    private static let compactionInterval = 1000

    /// Opens or makes the database at `path` and loads `store` from it.
    init(path: String, store: Store) throws(SQLiteError) {
        self.store = store
        database = try SQLiteDatabase(path: path)
        try database.run(
            """
            CREATE TABLE IF NOT EXISTS kine (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, created INTEGER,
            deleted INTEGER, create_revision INTEGER, prev_revision INTEGER, lease INTEGER, value BLOB, old_value BLOB)
            """)
        try database.run("CREATE INDEX IF NOT EXISTS kine_name_index ON kine (name, id)")
        store.load(try Self.state(of: database))
    }

    /// What a database holds. The newest row of each name counts.
    private static func state(of database: SQLiteDatabase) throws(SQLiteError) -> ObjectState {
        var state = ObjectState()
        try database.run(
            """
            SELECT id, name, deleted, value FROM kine WHERE id IN (SELECT MAX(id) FROM kine GROUP BY name) ORDER BY id
            """
        ) { row in
            guard let key = ObjectKey(String(decoding: row.bytes(1), as: UTF8.self)) else { return }
            state.set(key, to: row.int(2) == 1 ? nil : try? JSON(parsing: row.bytes(3)), revision: row.int(0))
        }
        return state
    }

    func commit(_ change: Change) async throws(DatastoreError) -> ChangeOutcome {
        guard case .done(let revision) = store.state.outcome(of: change) else {
            return store.state.outcome(of: change)
        }
        let old = store[change.key]
        let previous = old?["metadata"]["resourceVersion"].string.flatMap { Int($0) } ?? 0
        do {
            try database.run(
                """
                INSERT INTO kine (id, name, created, deleted, create_revision, prev_revision, lease, value, old_value)
                VALUES (?, ?, ?, ?, ?, ?, 0, ?, ?)
                """,
                [
                    .int(revision), .text("\(change.key)"), .int(old == nil ? 1 : 0), .int(change.value == nil ? 1 : 0),
                    .int(old == nil ? revision : previous), .int(previous),
                    change.value.map { .blob($0.bytes) } ?? .null, old.map { .blob($0.bytes) } ?? .null,
                ])
            try compactNowAndThen()
        } catch {
            throw DatastoreError(message: "\(error)")
        }
        return store.apply(change)
    }

    func barrier() async throws(DatastoreError) {}

    private func compactNowAndThen() throws(SQLiteError) {
        changesSinceCompaction += 1
        guard changesSinceCompaction >= Self.compactionInterval else { return }
        changesSinceCompaction = 0
        try database.run("DELETE FROM kine WHERE id NOT IN (SELECT MAX(id) FROM kine GROUP BY name)")
    }
}
