extension FuzzTarget {
    /// Several small readers in one target. The first byte of an input is the letter of the one that gets the rest; what
    /// begins with another byte is passed over.
    init(_ name: String, readers: [Character: @Sendable ([UInt8]) throws -> Void]) {
        self.init(name) { bytes in
            guard let first = bytes.first, let reader = readers[Character(Unicode.Scalar(first))] else { return }
            try reader(Array(bytes.dropFirst()))
        }
    }
}

/// - Returns: nil for what is no UTF-8: those who read text never see it as such.
func text(_ bytes: [UInt8]) -> String? { String(validating: bytes, as: UTF8.self) }
