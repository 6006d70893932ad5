import Hashing

/// The bytes of an etcd snapshot: whole blocks, then their SHA-256.
enum EtcdSample {
    static func bytes(blocks: Int = 300) -> [UInt8] {
        let body = (0..<blocks * 512).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
        var hash = SHA256()
        hash.update(body)
        return body + hash.finalize()
    }
}
