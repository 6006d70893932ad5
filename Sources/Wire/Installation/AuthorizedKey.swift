/// A public key as OpenSSH writes one: `ssh-ed25519 BASE64 comment`. Checked before it becomes part of a line of
/// somebody's authorized_keys, where a stray newline or quote would open another door.
package struct AuthorizedKey: Hashable, Sendable {
    /// The kinds taken: those a current sshd accepts by itself.
    package static let algorithms = [
        "ssh-ed25519", "sk-ssh-ed25519@openssh.com", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384",
        "ecdsa-sha2-nistp521", "ssh-rsa",
    ]

    package let algorithm: String
    /// The key itself, in base64.
    package let body: String
    /// For people; printable ASCII.
    package let comment: String

    /// Reads one line, its newline taken off or not; nil for anything else, options before the key included.
    package init?(_ line: String) {
        let text = line.hasSuffix("\n") ? String(line.dropLast()) : line
        guard text.utf8.count <= 8192, text.utf8.allSatisfy({ (32...126).contains($0) }) else { return nil }
        let words = text.split(separator: " ", maxSplits: 2).map(String.init)
        guard words.count >= 2, Self.algorithms.contains(words[0]), Self.isBase64(words[1]) else { return nil }
        algorithm = words[0]
        body = words[1]
        comment = words.count == 3 ? words[2] : ""
    }

    private static func isBase64(_ text: String) -> Bool {
        let body = text.utf8.prefix { $0 != UInt8(ascii: "=") }
        let padding = text.utf8.dropFirst(body.count)
        guard text.utf8.count >= 64, text.utf8.count % 4 == 0, padding.count <= 2 else { return false }
        return padding.allSatisfy { $0 == UInt8(ascii: "=") }
            && body.allSatisfy { byte in
                (97...122).contains(byte) || (65...90).contains(byte) || (48...57).contains(byte) || byte == 43
                    || byte == 47
            }
    }

    /// Whether both are the same key, whatever their comments.
    package func isSame(as other: AuthorizedKey) -> Bool { algorithm == other.algorithm && body == other.body }
}

extension AuthorizedKey: CustomStringConvertible {
    package var description: String { comment.isEmpty ? "\(algorithm) \(body)" : "\(algorithm) \(body) \(comment)" }
}

extension AuthorizedKey: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let key = AuthorizedKey(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a public key")
        }
        self = key
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
