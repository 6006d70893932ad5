/// The name of one upgrade or rollback of a cluster: at most 64 letters, digits, `-` and `.`, so that it can be part
/// of a path, a unit's name and an annotation.
package struct RunID: Hashable, Sendable {
    package let text: String

    package init?(_ text: String) {
        let fits = text.utf8.allSatisfy { byte in
            (97...122).contains(byte) || (65...90).contains(byte) || (48...57).contains(byte) || byte == 45
                || byte == 46
        }
        guard (1...64).contains(text.utf8.count), fits, text.utf8.first != 46, text.utf8.first != 45 else { return nil }
        self.text = text
    }
}

extension RunID: CustomStringConvertible {
    package var description: String { text }
}

extension RunID: Comparable {
    package static func < (left: RunID, right: RunID) -> Bool { left.text < right.text }
}

extension RunID: CodedAsText {}
