/// YAML's anchors (`&name`) and aliases (`*name`), counted before a parser sees them. A few lines of aliases to lists of
/// aliases stand for more values than a machine can look at.
enum Anchors {
    static let most = 3
    static let mostAliases = 100

    /// Counts what could be one, in a quoted text too: better a few too many.
    static func areFew(in yaml: String) -> Bool {
        var (anchors, aliases) = (0, 0)
        var previous = UInt8(ascii: " ")
        for byte in yaml.utf8 {
            // Either begins a word, behind a blank, a line's end or one of YAML's signs.
            if " \t\r\n[]{},:-?!\"'".utf8.contains(previous) || previous > 127 {
                if byte == UInt8(ascii: "&") { anchors += 1 }
                if byte == UInt8(ascii: "*") { aliases += 1 }
            }
            previous = byte
        }
        return anchors <= most && aliases <= mostAliases
    }
}
