/// A binary that a coordinator offers to a node: what stands behind `receive` on the command line that the node's forced
/// command reads, and the first line that is then said to the agent.
package struct PushOrder: Hashable, Sendable {
    /// The command's name.
    package static let word = "receive"

    /// Of the binary: 64 lower-case hexadecimal digits.
    package let sha256: String
    /// Of the binary, in bytes; at least 1.
    package let size: Int64
    /// The release that it belongs to, which says where its hash has to be listed.
    package let version: K3sVersion

    /// Nil for what no binary can have.
    package init?(sha256: String, size: Int64, version: K3sVersion) {
        let digits = sha256.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
        guard sha256.utf8.count == 64, digits, size >= 1 else { return nil }
        self.sha256 = sha256
        self.size = size
        self.version = version
    }

    /// Reads exactly `receive SHA256 SIZE VERSION`, with one space between; nil for anything else.
    package init?(commandLine: String) {
        guard commandLine.utf8.count <= 200 else { return nil }
        let words = commandLine.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 4, words[0] == Self.word else { return nil }
        self.init(words: words.dropFirst().map(String.init))
    }

    /// Reads the three words behind `receive`.
    package init?(words: [String]) {
        guard words.count == 3, let size = Int64(words[1]), words[1] == "\(size)", let version = K3sVersion(words[2])
        else { return nil }
        self.init(sha256: words[0], size: size, version: version)
    }

    package var commandLine: String { "\(Self.word) \(sha256) \(size) \(version)" }
}

extension PushOrder: Codable {
    private enum Key: String, CodingKey {
        case sha256, size, version
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        let order = PushOrder(
            sha256: try container.decode(String.self, forKey: .sha256),
            size: try container.decode(Int64.self, forKey: .size),
            version: try container.decode(K3sVersion.self, forKey: .version))
        guard let order else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "not a binary's hash and size"))
        }
        self = order
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(sha256, forKey: .sha256)
        try container.encode(size, forKey: .size)
        try container.encode(version, forKey: .version)
    }
}

/// The first line of a connection that is for a push, in the place of a `Hello`: `{"push":{…}}`.
package struct PushOpening: Hashable, Sendable, Codable {
    package let push: PushOrder

    package init(push: PushOrder) { self.push = push }
}
