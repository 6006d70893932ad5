/// What no `cluster.yaml` needs, and with which a few lines keep the YAML parser busy for ever: it compares the keys of a
/// mapping by their content, at a cost that doubles with each level of it. Looked for before the parser gets the text.
struct YAMLExcess {
    let line: Int
    let column: Int
    let what: String
    let wayOut: String

    private static let deepest = 8

    /// The first in a text; nil where there is none. This is no YAML reader: it goes by where a word can begin, and what
    /// looks like one of these in a block of text counts as one.
    static func first(in yaml: String) -> YAMLExcess? {
        var (line, column, depth) = (1, 0, 0)
        // Whether a node of the document can begin here.
        var atWord = true
        // In a block of text a quote is only a quote.
        var hasBlock = false
        var scalars = Substring(yaml).unicodeScalars
        while let scalar = scalars.popFirst() {
            column += 1
            let next = scalars.first
            let isLast = next.map { " \t\r\n".unicodeScalars.contains($0) } ?? true
            switch scalar {
            case "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}":
                (line, column, atWord) = (line + 1, 0, true)
            case " ", "\t", "\u{FEFF}": break
            case "|", ">": (hasBlock, atWord) = (hasBlock || atWord, false)
            case "\"", "'":
                if atWord && !hasBlock { skipQuoted(scalar, &scalars, &line, &column) }
                atWord = false
            case "*" where atWord && !isLast:
                return YAMLExcess(line: line, column: column, what: "an alias", wayOut: "write out what it stands for")
            case "?" where atWord && isLast:
                return YAMLExcess(line: line, column: column, what: "a `? ` key", wayOut: "write it as `key: value`")
            case "[", "{":
                if atWord { depth += 1 }
                if depth > deepest {
                    return YAMLExcess(
                        line: line, column: column, what: "a bracket more than \(deepest) deep",
                        wayOut: "write it as the README has it")
                }
                atWord = true
            case "]", "}": depth = max(0, depth - 1)
            case "-": atWord = isLast
            case ":", ",": atWord = isLast || depth > 0
            case "&", "!":
                // An anchor or a tag; what it belongs to begins behind it.
                guard atWord else { break }
                while let inside = scalars.first, !" \t\r\n,[]{}".unicodeScalars.contains(inside) {
                    scalars.removeFirst()
                    column += 1
                }
            default: atWord = false
            }
        }
        return nil
    }

    /// To the end of a quoted text; to nowhere where it has none.
    private static func skipQuoted(
        _ quote: Unicode.Scalar, _ scalars: inout Substring.UnicodeScalarView, _ line: inout Int, _ column: inout Int
    ) {
        var rest = scalars
        var (newLine, newColumn) = (line, column)
        while let scalar = rest.popFirst() {
            newColumn += 1
            if scalar == "\n" { (newLine, newColumn) = (newLine + 1, 0) }
            if scalar == "\\", quote == "\"", rest.first != nil {
                if rest.removeFirst() == "\n" { (newLine, newColumn) = (newLine + 1, 0) } else { newColumn += 1 }
            } else if scalar == quote {
                guard quote == "'", rest.first == "'" else {
                    (scalars, line, column) = (rest, newLine, newColumn)
                    return
                }
                rest.removeFirst()
                newColumn += 1
            }
        }
    }
}
