internal import Hashing
package import SystemPackage

/// Size and SHA-256 of a file's bytes.
package struct FileDigest: Hashable, Sendable, Codable {
    /// 64 lower-case hexadecimal digits.
    package let sha256: String
    package let size: Int64

    package init(sha256: String, size: Int64) {
        self.sha256 = sha256
        self.size = size
    }

    package init(of bytes: [UInt8]) {
        self.init(sha256: SHA256.hex(of: bytes), size: Int64(bytes.count))
    }

    /// Hashes a file by streaming it; memory stays at one small buffer whatever its size.
    @concurrent
    package static func of(_ path: FilePath, following: Bool = false) async throws(NodeError) -> FileDigest {
        try await PlainFile.open(path, following: following).digest()
    }

    /// As `of`, with nil for a file that is not there.
    package static func ofPresent(_ path: FilePath, following: Bool = false) async throws(NodeError) -> FileDigest? {
        do {
            return try await of(path, following: following)
        } catch {
            guard error.code == .fileMissing else { throw error }
            return nil
        }
    }
}

extension FileDigest {
    /// Throws `hashMismatch` unless the bytes are the expected ones.
    package func require(_ expected: FileDigest, of thing: FilePath) throws(NodeError) {
        guard self == expected else {
            throw NodeError(
                .hashMismatch,
                "\(thing) is not what it should be: it has \(size) bytes and SHA-256 \(sha256), expected were "
                    + "\(expected.size) bytes and \(expected.sha256)",
                wayOut: "a disk, a download or a hand has changed it; nothing was put in place")
        }
    }

    /// Whether a text could be a SHA-256: 64 lower-case hexadecimal digits.
    package static func isSHA256(_ text: some StringProtocol) -> Bool {
        text.utf8.count == 64 && text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
    }
}

extension NodeError.Code {
    package static let hashMismatch = Self(rawValue: "hash-mismatch")
}

/// A digest under way, for bytes that come in pieces.
struct DigestBuilder: ~Copyable {
    private var hash = SHA256()
    private var size: Int64 = 0

    mutating func add(_ bytes: some Collection<UInt8>) {
        hash.update(bytes)
        size += Int64(bytes.count)
    }

    consuming func finish() -> FileDigest {
        FileDigest(sha256: hash.finalize().hexadecimal, size: size)
    }
}
