internal import Hashing
package import SystemPackage

/// A file that etcd has saved: its database, and behind it the SHA-256 of all of that.
package enum EtcdSnapshotFile {
    /// etcd's database is written in whole pages, of which 512 is a divisor.
    private static let block: Int64 = 512

    /// Reads the whole and compares with its own hash.
    ///
    /// Throws `snapshotCorrupt` for a file that is cut short, changed or still being written (`.part`).
    @concurrent
    package static func verify(_ path: FilePath) async throws(NodeError) -> FileDigest {
        guard path.extension != "part" else { throw corrupt(path, "it is still being written") }
        let file = try PlainFile.open(path)
        let hashed = file.facts.size - Int64(SHA256.byteCount)
        guard hashed > 0, hashed % block == 0 else {
            throw corrupt(path, "its size of \(file.facts.size) bytes is not that of a whole snapshot")
        }
        var body = SHA256()
        var left = hashed
        var trailer: [UInt8] = []
        let digest = try await file.digest { (chunk) throws(NodeError) in
            let part = Int(min(left, Int64(chunk.count)))
            body.update(chunk[..<part])
            trailer += chunk[part...]
            left -= Int64(part)
            guard trailer.count <= SHA256.byteCount else { throw corrupt(path, "it grows while it is read") }
        }
        guard left == 0, body.finalize() == trailer else {
            throw corrupt(path, "the SHA-256 at its end is not that of its content")
        }
        return digest
    }

    private static func corrupt(_ path: FilePath, _ reason: String) -> NodeError {
        NodeError(
            .snapshotCorrupt, "the snapshot \(path) cannot be used: \(reason)",
            wayOut: "take a new one; if that fails too, look at the disk and at etcd's own messages")
    }
}
