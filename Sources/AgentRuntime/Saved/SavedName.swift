/// A run's id or a snapshot's name, fit to be a folder's name.
package enum SavedName {
    /// Throws unless it is 1 to 64 letters, digits, dots, hyphens and underscores, the first a letter or a digit.
    package static func check(_ name: String) throws(NodeError) {
        let bytes = Array(name.utf8)
        let isPlain = { (byte: UInt8) in
            (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
        }
        guard (1...64).contains(bytes.count), isPlain(bytes[0]), bytes.allSatisfy({ isPlain($0) || "-._".utf8.contains($0) })
        else {
            throw NodeError(.badName, "a name for saved files has to be 1 to 64 letters, digits, dots and hyphens")
        }
    }
}

extension NodeError.Code {
    package static let badName = Self(rawValue: "bad-name")
}
