/// Takes known secrets out of a text before it is kept: commands may print what they were given.
package struct Scrubber: Sendable {
    /// Shorter texts are no secrets worth the name, and taking them out would garble innocent words.
    package static let shortest = 6

    private let secrets: [[UInt8]]

    package init(_ secrets: some Sequence<Secret>) {
        // Longest first, so that a secret inside another one does not leave the rest of it standing.
        self.secrets = Set(secrets).map { Array($0.revealed.utf8) }
            .filter { $0.count >= Self.shortest }
            .sorted { $0.count > $1.count }
    }

    /// The same text with every known secret replaced by `(secret)`.
    package func clean(_ text: String) -> String {
        guard !secrets.isEmpty else { return text }
        return String(decoding: clean(Array(text.utf8)), as: UTF8.self)
    }

    private func clean(_ bytes: [UInt8]) -> [UInt8] {
        var kept: [UInt8] = []
        kept.reserveCapacity(bytes.count)
        var position = 0
        while position < bytes.count {
            if let secret = secrets.first(where: { bytes[position...].starts(with: $0) }) {
                kept += Array(Secret("").description.utf8)
                position += secret.count
            } else {
                kept.append(bytes[position])
                position += 1
            }
        }
        return kept
    }
}
