/// A node's name, as Kubernetes has it: lower-case letters, digits, `-` and `.`, at most 253 bytes, beginning and
/// ending with a letter or digit. So it is safe in a terminal, in a path and in an argument.
package struct NodeName: Hashable, Sendable {
    package let text: String

    /// Nil where `text` is no Kubernetes object name (RFC 1123 subdomain).
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        func isAlphanumeric(_ byte: UInt8) -> Bool { (97...122).contains(byte) || (48...57).contains(byte) }
        guard let first = bytes.first, let last = bytes.last, bytes.count <= 253 else { return nil }
        guard isAlphanumeric(first), isAlphanumeric(last) else { return nil }
        guard bytes.allSatisfy({ isAlphanumeric($0) || $0 == 45 || $0 == 46 }) else { return nil }
        self.text = text
    }
}

extension NodeName: CustomStringConvertible {
    package var description: String { text }
}

extension NodeName: Comparable {
    package static func < (left: NodeName, right: NodeName) -> Bool { left.text < right.text }
}

extension NodeName: CodedAsText {}
