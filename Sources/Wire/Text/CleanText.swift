extension String {
    /// The text without what could command a terminal or mislead a reader: C0 and C1 controls, bidirectional
    /// formatting and other invisible characters become `�`, newlines and tabs become spaces, and what goes beyond
    /// `limit` characters is cut with `…`. For all text that came from a node.
    package func cleaned(limit: Int) -> String {
        var result = String.UnicodeScalarView()
        for (index, scalar) in unicodeScalars.enumerated() {
            guard index < limit else {
                result.append("…")
                break
            }
            switch scalar {
            case "\n", "\t", "\r": result.append(" ")
            case _ where scalar.isUnsafeToShow: result.append("\u{FFFD}")
            default: result.append(scalar)
            }
        }
        return String(result)
    }
}

extension Unicode.Scalar {
    /// Controls, format characters (bidirectional ones among them), surrogates, private use, line separators, and
    /// letters that show nothing (the Hangul fillers).
    var isUnsafeToShow: Bool {
        switch properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .lineSeparator, .paragraphSeparator, .unassigned: true
        case .otherLetter: properties.isDefaultIgnorableCodePoint
        default: false
        }
    }
}
