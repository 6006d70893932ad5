/// A file of variables as systemd reads it (`EnvironmentFile=` in systemd.exec(5)), and one written so that systemd
/// reads the same again.
package struct EnvironmentFile: Sendable, Equatable {
    package struct Variable: Sendable, Equatable {
        package let name: String
        package let value: Secret
    }

    /// In the file's order; of a name given twice systemd takes the last.
    package let variables: [Variable]

    package init(_ variables: [Variable]) { self.variables = variables }

    package init(_ pairs: KeyValuePairs<String, String>) {
        variables = pairs.map { Variable(name: $0, value: Secret($1)) }
    }

    package subscript(name: String) -> Secret? { variables.last { $0.name == name }?.value }

    /// The names a shell could export; anything else is no variable to systemd either.
    package static func isName(_ text: some StringProtocol) -> Bool {
        let scalars = text.unicodeScalars
        guard let first = scalars.first, first == "_" || first.isLetter else { return false }
        return scalars.allSatisfy { $0 == "_" || $0.isLetter || ("0"..."9").contains($0) }
    }
}

extension EnvironmentFile {
    /// Reads; lines that are no assignment are skipped, as systemd skips them.
    package init(parsing text: String) {
        var reader = Reader(text)
        variables = reader.variables()
    }

    private struct Reader {
        private var rest: Substring.UnicodeScalarView

        init(_ text: String) { rest = Substring(text).unicodeScalars }

        mutating func variables() -> [Variable] {
            var found: [Variable] = []
            while let first = rest.first {
                if first == "\n" || first == "\r" || first == " " || first == "\t" {
                    rest.removeFirst()
                } else if first == "#" || first == ";" {
                    skipLine()
                } else if let name = name() {
                    let value = value()
                    if EnvironmentFile.isName(name) { found.append(Variable(name: name, value: Secret(value))) }
                }
            }
            return found
        }

        /// A comment goes on behind a backslash at its line's end.
        private mutating func skipLine() {
            while let next = rest.popFirst(), next != "\n" {
                if next == "\\" { _ = rest.popFirst() }
            }
        }

        /// Up to `=`; nil, and the line gone, if the line has none.
        private mutating func name() -> String? {
            var name = String.UnicodeScalarView()
            while let next = rest.popFirst() {
                if next == "=" { return String(String(name)[...].trimmingBlanks) }
                if next == "\n" { return nil }
                name.append(next)
            }
            return nil
        }

        private mutating func value() -> String {
            var value = String.UnicodeScalarView()
            /// Length of the value up to the last character that is no unquoted blank: trailing blanks go.
            var solid = 0
            rest = rest.drop { $0 == " " || $0 == "\t" }
            while let next = rest.popFirst(), next != "\n" {
                switch next {
                case "'":
                    while let inner = rest.popFirst(), inner != "'" { value.append(inner) }
                    solid = value.count
                case "\"":
                    quoted(&value)
                    solid = value.count
                case "\\":
                    // A backslash keeps the next character as it is; at the line's end it joins the next line.
                    if let escaped = rest.popFirst(), escaped != "\n" { value.append(escaped) }
                    solid = value.count
                case " ", "\t", "\r":
                    value.append(next)
                default:
                    value.append(next)
                    solid = value.count
                }
            }
            return String(String.UnicodeScalarView(value.prefix(solid)))
        }

        private mutating func quoted(_ value: inout String.UnicodeScalarView) {
            while let inner = rest.popFirst(), inner != "\"" {
                guard inner == "\\", let escaped = rest.popFirst() else {
                    value.append(inner)
                    continue
                }
                if escaped == "\n" { continue }
                if !"\"\\`$".unicodeScalars.contains(escaped) { value.append("\\") }
                value.append(escaped)
            }
        }
    }
}

extension EnvironmentFile {
    /// The file's text, every value in double quotes. Throws for a value that systemd could not read back.
    package func text() throws(NodeError) -> String {
        var text = ""
        for variable in variables {
            let value = variable.value.revealed
            guard Self.isName(variable.name), !value.unicodeScalars.contains(where: { $0 == "\0" || $0 == "\n" }) else {
                throw NodeError(
                    .unitUnclear, "the variable \(variable.name) cannot be handed on: it holds a line break",
                    wayOut: "write its value on one line in the unit's environment file")
            }
            // By scalars: a quote with a combining mark behind it is a quote to systemd all the same.
            let escaped = value.unicodeScalars.map { "\"\\`$".unicodeScalars.contains($0) ? "\\\($0)" : "\($0)" }
                .joined()
            text += "\(variable.name)=\"\(escaped)\"\n"
        }
        return text
    }
}

extension Unicode.Scalar {
    fileprivate var isLetter: Bool { ("a"..."z").contains(self) || ("A"..."Z").contains(self) }
}
