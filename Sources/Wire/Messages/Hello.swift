/// The first line of each side.
package struct Hello: Hashable, Sendable, Codable {
    /// The protocol versions that this side speaks.
    package let oldest: Int
    package let newest: Int
    /// This program's own version, for people.
    package let product: String
    package let features: [String]

    package init(oldest: Int, newest: Int, product: String, features: [String]) {
        self.oldest = oldest
        self.newest = newest
        self.product = product
        self.features = features
    }

    /// This build's.
    package static let ours = Hello(
        oldest: 1, newest: 1, product: Product.version, features: Feature.allCases.map(\.rawValue))

    /// The newest protocol version that both speak, or nil.
    package func common(with other: Hello) -> Int? {
        let version = min(newest, other.newest)
        return version >= max(oldest, other.oldest) && version > 0 ? version : nil
    }
}

/// A part of the protocol that a request can need. Appended, never reused.
package enum Feature: String, Sendable, Codable, CaseIterable {
    case observation, promises, plans, leases
}

package enum Product {
    /// Of the coordinator and the agent alike: they are built together.
    package static let version = "0.1.0"
}
