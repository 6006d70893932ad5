/// What becomes of a text in K3s' installer, which puts a backslash before each of some characters and lets a shell
/// split what comes of it into words.
enum InstallerShell {
    private static let escaped = Set("][!#$%&()*;<=>?\\_`{|}".utf8)
    /// What a POSIX shell acts on outside of quotes, beside blanks, quotes and backslashes.
    private static let special = Set("|&;<>()$`*?[#~=%!{}\n".utf8)

    /// Nil where the shell would do something else than split words: expand, redirect, or wait for a closing quote.
    static func words(_ text: String) -> [String]? {
        var words: [[UInt8]] = []
        var word: [UInt8]?
        var quote: UInt8?
        for byte in text.utf8 {
            // The backslash that the installer puts before it.
            let isEscaped = escaped.contains(byte)
            switch (quote, byte) {
            case (let open?, _) where byte == open:
                quote = nil
            case (_?, _):
                // Inside single quotes a backslash stays; inside double quotes it goes from before a few only.
                if isEscaped { word?.append(UInt8(ascii: "\\")) }
                word?.append(byte)
            case (nil, UInt8(ascii: "'")), (nil, UInt8(ascii: "\"")):
                quote = byte
                word = word ?? []
            case (nil, UInt8(ascii: " ")), (nil, UInt8(ascii: "\t")):
                if let done = word { words.append(done) }
                word = nil
            default:
                if special.contains(byte) && !isEscaped && !(byte == UInt8(ascii: "~") && word != nil) { return nil }
                word = (word ?? []) + [byte]
            }
        }
        guard quote == nil else { return nil }
        if let word { words.append(word) }
        return words.map { String(decoding: $0, as: UTF8.self) }
    }
}
