internal import Hashing

/// The format of etcd's database file and of snapshots. The database is a header line, JSON, and zeros up to a multiple
/// of 4096 bytes; a snapshot is a database with the SHA-256 of all of it behind, so that `size % 512 == 32`.
enum Snapshot {
    private static let header = Array("k3s-standin etcd database\n".utf8)
    private static let page = 4096

    static func database(_ json: JSON) -> [UInt8] {
        var bytes = header + json.bytes + [0x0A]
        bytes.append(contentsOf: [UInt8](repeating: 0, count: (page - bytes.count % page) % page))
        return bytes
    }

    static func snapshot(ofDatabase database: [UInt8]) -> [UInt8] {
        var hash = SHA256()
        hash.update(database)
        return database + hash.finalize()
    }

    /// The JSON in a database.
    static func payload(of database: [UInt8]) throws(DatastoreError) -> JSON {
        guard database.starts(with: header), let end = database[header.count...].firstIndex(of: 0x0A),
            let json = try? JSON(parsing: database[header.count..<end])
        else { throw DatastoreError(message: "the etcd database is not readable") }
        return json
    }

    /// The database in a snapshot, once its hash was found to be right.
    static func database(ofSnapshot snapshot: [UInt8]) throws(DatastoreError) -> [UInt8] {
        guard snapshot.count % 512 == SHA256.byteCount else {
            throw DatastoreError(message: "snapshot missing hash but --skip-hash-check=false")
        }
        let database = Array(snapshot.dropLast(SHA256.byteCount))
        var hash = SHA256()
        hash.update(database)
        guard hash.finalize().elementsEqual(snapshot.suffix(SHA256.byteCount)) else {
            throw DatastoreError(message: "expected sha256 of the snapshot does not match")
        }
        return database
    }
}
