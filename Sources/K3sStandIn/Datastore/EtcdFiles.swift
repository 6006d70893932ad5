internal import Glibc
internal import Hashing

/// etcd's files under `server/db/etcd`: `member/snap/db` holds the state up to an index, `member/wal/*.wal` what came
/// after it, one JSON record a line. A torn last line is dropped when the log is read.
@MainActor final class EtcdFiles {
    /// What a member must remember over a restart.
    struct Content: Sendable {
        var cluster = ""
        var term = 0
        var vote = ""
        /// Name and URL of each member.
        var members: [String: String] = [:]
        /// Index and term of the last entry that `state` contains.
        var baseIndex = 0
        var baseTerm = 0
        var state = ObjectState()
        var entries: [LogEntry] = []
    }

    private let database: String
    private let log: String
    private var file: Int32 = -1

    /// `directory` is `server/db/etcd`.
    init(directory: String) {
        database = directory + "/member/snap/db"
        log = directory + "/member/wal/0000000000000000-0000000000000000.wal"
    }

    /// K3s' own test for whether a server uses etcd.
    static func arePresent(in directory: String) -> Bool { Files.isDirectory(directory + "/member/wal") }

    func read() throws -> Content {
        var content = try Self.content(of: Snapshot.payload(of: Files.read(database, limit: 1 << 30)))
        for line in (try Files.read(log, limit: 1 << 30)).split(separator: 0x0A) {
            guard let record = try? JSON(parsing: line) else { break }
            if let term = record["term"].int, let vote = record["vote"].string {
                (content.term, content.vote) = (term, vote)
            } else if let entry = LogEntry(record) {
                content.entries.removeAll { $0.index >= entry.index }
                if entry.index > content.baseIndex { content.entries.append(entry) }
            }
        }
        return content
    }

    /// Replaces both files: the state becomes the new base, the log starts anew.
    func write(_ content: Content) throws(FileError) {
        try Files.makeDirectory(Files.directory(of: log), mode: 0o700)
        try Files.write(Snapshot.database(Self.json(of: content)), to: database, mode: 0o600)
        let records = [Self.hardState(term: content.term, vote: content.vote)] + content.entries.map(\.json)
        try Files.write(Array(records.map { $0.bytes + [0x0A] }.joined()), to: log, mode: 0o600)
        if file >= 0 { close(file) }
        file = open(log, O_WRONLY | O_APPEND | O_CLOEXEC)
        guard file >= 0 else { throw FileError("open", log) }
    }

    func append(_ entries: [LogEntry]) throws(FileError) {
        try Files.write(Array(entries.map { $0.json.bytes + [0x0A] }.joined()), to: file, path: log)
    }

    func append(term: Int, vote: String) throws(FileError) {
        try Files.write(Self.hardState(term: term, vote: vote).bytes + [0x0A], to: file, path: log)
    }

    private static func hardState(term: Int, vote: String) -> JSON { ["term": .int(term), "vote": .string(vote)] }

    static func json(of content: Content) -> JSON {
        [
            "cluster": .string(content.cluster), "term": .int(content.term), "vote": .string(content.vote),
            "members": JSON(strings: content.members), "baseIndex": .int(content.baseIndex),
            "baseTerm": .int(content.baseTerm), "state": content.state.json,
        ]
    }

    static func content(of json: JSON) throws(DatastoreError) -> Content {
        guard let cluster = json["cluster"].string, let state = ObjectState(json["state"]) else {
            throw DatastoreError(message: "the etcd database is not readable")
        }
        var content = Content()
        (content.cluster, content.state, content.members) = (cluster, state, json["members"].strings)
        (content.term, content.vote) = (json["term"].int ?? 0, json["vote"].string ?? "")
        (content.baseIndex, content.baseTerm) = (json["baseIndex"].int ?? 0, json["baseTerm"].int ?? 0)
        return content
    }
}

extension EtcdFiles {
    /// The content with its whole log applied: what a cluster of one has.
    func readCommitted() throws -> Content {
        var content = try read()
        for entry in content.entries {
            if case .change(let change) = entry.content { _ = content.state.apply(change) }
            (content.baseIndex, content.baseTerm) = (entry.index, entry.term)
        }
        content.entries = []
        return content
    }
}
