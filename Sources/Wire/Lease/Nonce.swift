/// A number an agent hands out once and takes back once. A grant's life runs from the moment, on the agent's own
/// clock, at which the agent issued the nonce that the grant quotes.
package struct Nonce: Hashable, Sendable, Codable {
    package let value: UInt64

    package init(_ value: UInt64) { self.value = value }

    package init(from decoder: any Decoder) throws {
        value = try decoder.singleValueContainer().decode(UInt64.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(value)
    }
}
