internal import FoundationEssentials

/// The one way in which `-o json` is written: members in alphabetic order, so that outputs can be compared.
package enum JSONText {
    /// Of every document; raised when a member changes its meaning or goes. Members may be added at any time.
    package static let format = 1

    package static func of(_ document: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(document), as: UTF8.self)
    }
}
