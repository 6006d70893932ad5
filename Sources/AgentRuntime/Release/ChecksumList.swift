/// A release's `sha256sum-<arch>.txt`: the hash of each of its files.
package struct ChecksumList: Sendable, Equatable {
    /// Real ones have some ten lines.
    package static let limit = 64 * 1024

    private let hashes: [String: String]

    /// Reads `<64 hexadecimal digits><blanks>[*]<name>` lines. Throws `checksumsUnreadable` for anything else, an
    /// empty list or two hashes for one name included: an error page must not pass for a list.
    package init(_ bytes: [UInt8]) throws(NodeError) {
        guard bytes.count <= Self.limit else { throw Self.unreadable("it has more than \(Self.limit) bytes") }
        var hashes: [String: String] = [:]
        for line in String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline) {
            let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
            guard words.count == 2, FileDigest.isSHA256(words[0].lowercased()) else {
                throw Self.unreadable("a line is not a hash and a name")
            }
            let name = words[1].hasPrefix("*") ? words[1].dropFirst() : words[1]
            let hash = words[0].lowercased()
            guard hashes.updateValue(hash, forKey: String(name)) ?? hash == hash else {
                throw Self.unreadable("\(name) is in it twice, with different hashes")
            }
        }
        guard !hashes.isEmpty else { throw Self.unreadable("it is empty") }
        self.hashes = hashes
    }

    package subscript(name: String) -> String? { hashes[name] }

    package func contains(sha256: String) -> Bool { hashes.values.contains(sha256) }

    private static func unreadable(_ reason: String) -> NodeError {
        NodeError(
            .checksumsUnreadable, "the release site's checksum list cannot be used: \(reason)",
            wayOut: "look at what the release site answers, a proxy's error page perhaps")
    }
}

extension NodeError.Code {
    package static let checksumsUnreadable = Self(rawValue: "checksums-unreadable")
    /// The release site has no such version or file.
    package static let releaseMissing = Self(rawValue: "release-missing")
    package static let releaseUnreachable = Self(rawValue: "release-unreachable")
    /// The release, or what was pushed, is not what the plan or the checksum list says.
    package static let releaseMismatch = Self(rawValue: "release-mismatch")
    package static let refusedByPolicy = Self(rawValue: "refused-by-policy")
    package static let policyUnsafe = Self(rawValue: "policy-unsafe")
}
