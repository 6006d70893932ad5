/// Text that came from outside (a server, a file, another program), made fit for a terminal and a log.
package enum UntrustedText {
    /// `text` on one line, at most `limit` characters, with everything replaced that could steer a terminal or reorder
    /// what is shown: C0 and C1 controls, bidirectional and invisible format characters.
    static func cleaned(_ text: some StringProtocol, limit: Int = 400) -> String {
        var result = ""
        var count = 0
        for scalar in text.unicodeScalars {
            guard count < limit else { return result + "…" }
            switch scalar.properties.generalCategory {
            case .lineSeparator, .paragraphSeparator: result.append(" ")
            case .control where scalar == "\n" || scalar == "\r" || scalar == "\t": result.append(" ")
            case .control, .format, .surrogate, .privateUse, .unassigned: result.append("\u{FFFD}")
            default: result.unicodeScalars.append(scalar)
            }
            count += 1
        }
        return result.trimmingSpaces
    }

    /// The same for bytes: taken as UTF-8, repaired where they aren't.
    package static func cleaned(bytes: some Collection<UInt8>, limit: Int = 400) -> String {
        // A character has at most four bytes: no need to decode more of a long text than can be shown.
        cleaned(String(decoding: bytes.prefix(limit * 4), as: UTF8.self), limit: limit)
    }
}

extension String {
    /// Without spaces at either end.
    var trimmingSpaces: String {
        var slice = self[...]
        while slice.first == " " { slice.removeFirst() }
        while slice.last == " " { slice.removeLast() }
        return String(slice)
    }
}
