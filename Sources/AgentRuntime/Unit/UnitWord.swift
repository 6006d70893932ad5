/// One argument of an ExecStart line. Arguments may hold tokens, so its description says nothing.
package struct UnitWord: Sendable, Hashable {
    /// The text without its quotes, all else as it stands: what the installer was given and writes again.
    package let literal: String
    /// What the program gets, or nil where systemd would put in something that is not known here (`%H`, `${NAME}`).
    package let value: String?

    package init(literal: String, value: String?) {
        self.literal = literal
        self.value = value
    }

    package init(_ text: String) { self.init(literal: text, value: text) }
}

extension UnitWord: CustomStringConvertible, CustomReflectable {
    package var description: String { "(argument)" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

extension UnitWord {
    /// Splits a command line as systemd does (systemd.service(5), "Command lines"): words by blanks, single and double
    /// quotes, C escapes inside and outside of them, `%%` and `$$`. Nil for an unfinished quote or an unknown escape,
    /// which systemd refuses too.
    package static func split(_ line: String) -> [UnitWord]? {
        var splitter = Splitter(line)
        return splitter.words()
    }

    private struct Splitter {
        private var rest: Substring.UnicodeScalarView

        init(_ line: String) { rest = Substring(line).unicodeScalars }

        mutating func words() -> [UnitWord]? {
            var words: [UnitWord] = []
            while true {
                rest = rest.drop { $0 == " " || $0 == "\t" }
                guard !rest.isEmpty else { return words }
                guard let word = word() else { return nil }
                words.append(word)
            }
        }

        private mutating func word() -> UnitWord? {
            var literal = String.UnicodeScalarView()
            var unescaped = String.UnicodeScalarView()
            var quote: Unicode.Scalar?
            while let next = rest.popFirst() {
                switch next {
                case " ", "\t":
                    guard quote != nil else { return finish(literal, unescaped) }
                    literal.append(next)
                    unescaped.append(next)
                case "'" where quote != "\"", "\"" where quote != "'":
                    quote = quote == nil ? next : nil
                case "\\":
                    let before = rest
                    guard let scalar = escape() else { return nil }
                    unescaped.append(scalar)
                    literal.append(next)
                    literal.append(contentsOf: before[..<rest.startIndex])
                default:
                    literal.append(next)
                    unescaped.append(next)
                }
            }
            return quote == nil ? finish(literal, unescaped) : nil
        }

        /// What follows a backslash; nil for what systemd does not know.
        private mutating func escape() -> Unicode.Scalar? {
            let plain: [Unicode.Scalar: Unicode.Scalar] = [
                "a": "\u{7}", "b": "\u{8}", "f": "\u{c}", "n": "\n", "r": "\r", "t": "\t", "v": "\u{b}", "\\": "\\",
                "\"": "\"", "'": "'", "s": " ",
            ]
            guard let next = rest.popFirst() else { return nil }
            if next == "x" {
                let digits = String(String.UnicodeScalarView(rest.prefix(2)))
                guard digits.count == 2, let byte = UInt8(digits, radix: 16), (1...127).contains(byte) else { return nil }
                rest = rest.dropFirst(2)
                return Unicode.Scalar(byte)
            }
            return plain[next]
        }

        private func finish(_ literal: String.UnicodeScalarView, _ text: String.UnicodeScalarView) -> UnitWord {
            UnitWord(literal: String(literal), value: Self.expand(text))
        }

        /// Undoes `%%` and `$$`; nil where a specifier or a variable remains.
        private static func expand(_ text: String.UnicodeScalarView) -> String? {
            var result = String.UnicodeScalarView()
            var rest = text[...]
            while let next = rest.popFirst() {
                if next == "%" || next == "$" {
                    guard rest.popFirst() == next else { return nil }
                }
                result.append(next)
            }
            return String(result)
        }
    }
}
