/// Role and arguments as one text for `INSTALL_K3S_EXEC`.
///
/// The installer puts a backslash before every character that its shell could act on, except quotes, then lets the
/// shell split the text into words. So a blank is kept together by quotes around it alone: quotes around a character
/// that gets a backslash would keep the backslash too.
package enum InstallerArguments {
    /// What the installer itself escapes.
    private static let escaped = Set("][!#$%&()*;<=>?\\_`{|}".unicodeScalars)

    /// Nil if a word cannot be handed on: a line break would end the text.
    package static func text(_ words: [String]) -> String? {
        guard !words.contains(where: { $0.contains(where: \.isNewline) || $0.contains("\0") }) else { return nil }
        return words.map(word).joined(separator: " ")
    }

    private static func word(_ text: String) -> String {
        guard !text.isEmpty else { return "''" }
        // By scalars, as the installer and its shell see them: to neither does a combining mark belong to what it marks.
        return text.unicodeScalars.map { scalar in
            if escaped.contains(scalar) || isPlain(scalar) { return String(scalar) }
            return scalar == "'" ? "\"'\"" : "'\(scalar)'"
        }.joined()
    }

    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9": true
        default: "-+.,:/@^".unicodeScalars.contains(scalar)
        }
    }
}
