/// An http or https address as the policy may name it: no credentials, no query, nothing a program could misread.
package struct WebAddress: Sendable, Hashable {
    package let text: String
    package let isEncrypted: Bool

    package init?(_ text: String) {
        let schemes = ["https://", "http://"]
        guard let scheme = schemes.first(where: text.hasPrefix), text.utf8.count <= 1024 else { return nil }
        let rest = text.dropFirst(scheme.count)
        let plain = rest.utf8.allSatisfy { byte in
            (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                || "-._~:/%[]".utf8.contains(byte)
        }
        guard plain, let first = rest.first, first != "/", !rest.contains("..") else { return nil }
        self.text = String(text.reversed().drop { $0 == "/" }.reversed())
        isEncrypted = scheme == schemes[0]
    }

    /// The address of something below this one.
    package func appending(_ component: String) -> WebAddress? { WebAddress("\(text)/\(component)") }
}

extension WebAddress: CustomStringConvertible {
    package var description: String { text }
}

extension WebAddress: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let address = WebAddress(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "not a plain http or https address without credentials and query")
        }
        self = address
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
