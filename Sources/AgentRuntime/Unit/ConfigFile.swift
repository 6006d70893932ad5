/// K3s' config.yaml, as far as a flat file of keys goes: `key: value`, `key: [a, b]`, a key with `- item` lines.
///
/// This is no YAML parser. A key written in any other way is `unclear`, never guessed at, and does not stand in the
/// way of the others.
package struct ConfigFile: Sendable, Equatable {
    package enum Value: Sendable, Equatable {
        case text(Secret)
        case list([Secret])
        /// Why it cannot be told.
        case unclear(String)
    }

    package struct Entry: Sendable, Equatable {
        package let key: String
        /// Written `key+:`, which K3s adds to the value of files before instead of replacing it.
        package let appends: Bool
        package fileprivate(set) var value: Value
    }

    package private(set) var entries: [Entry] = []

    package init(_ text: String) {
        var block: Int?
        for (number, line) in text.split(omittingEmptySubsequences: false, whereSeparator: { $0.isNewline }).enumerated() {
            let body = Self.withoutComment(line)
            guard !body.trimmingBlanks.isEmpty else { continue }
            if number == 0, body.trimmingBlanks == "---" { continue }
            let indented = body.first == " " || body.first == "\t"
            if !indented, !body.hasPrefix("-") {
                block = startEntry(body)
            } else if let index = block {
                add(body.trimmingBlanks, to: index)
            } else {
                entries.append(Entry(key: "", appends: false, value: .unclear("line \(number + 1) belongs to no key")))
            }
        }
    }

    /// Reads `key: value`; the entry's index if its value may go on in the lines below.
    private mutating func startEntry(_ line: Substring) -> Int? {
        guard let colon = Self.keyEnd(line) else {
            entries.append(Entry(key: "", appends: false, value: .unclear("a line is neither a key nor an item")))
            return nil
        }
        var key = line[..<colon].trimmingBlanks
        if let inner = Self.unquoted(key) { key = inner[...] }
        let appends = key.hasSuffix("+")
        if appends { key = key.dropLast() }
        let rest = line[line.index(after: colon)...].trimmingBlanks
        entries.append(Entry(key: String(key), appends: appends, value: rest.isEmpty ? .list([]) : Self.value(rest)))
        return entries.count - 1
    }

    /// An indented or dashed line below a key.
    private mutating func add(_ line: Substring, to index: Int) {
        guard case .list(let list) = entries[index].value else {
            entries[index].value = .unclear("its value goes on over several lines")
            return
        }
        guard line.hasPrefix("- "), let item = Self.scalar(line.dropFirst().trimmingBlanks) else {
            entries[index].value = .unclear("its value is neither a text nor a flat list")
            return
        }
        entries[index].value = .list(list + [Secret(item)])
    }

    private static func value(_ text: Substring) -> Value {
        if text.hasPrefix("["), text.hasSuffix("]") {
            let inner = text.dropFirst().dropLast()
            // A comma inside quotes would need a real parser.
            guard !inner.contains(where: { "\"'[]{}".contains($0) }) else { return .unclear("it is a list with quotes") }
            let items = inner.split(separator: ",").map { scalar($0.trimmingBlanks) }
            guard !items.contains(nil) else { return .unclear("its list is not plain") }
            return .list(items.compactMap { $0.map(Secret.init) })
        }
        return scalar(text).map { .text(Secret($0)) } ?? .unclear("its value is not a plain text")
    }

    /// A plain or quoted text on one line; nil for every other thing YAML has.
    private static func scalar(_ text: Substring) -> String? {
        if let inner = unquoted(text) { return inner }
        guard let first = text.first, !"[]{}&*!|>%@`\"'#,?".contains(first), !text.contains(": ") else { return nil }
        guard !text.hasSuffix(":"), !["~", "null"].contains(text), !text.hasPrefix("- ") else { return nil }
        return String(text)
    }

    /// The inside of a quoted text without escapes; nil if it is not quoted or not that plain.
    private static func unquoted(_ text: Substring) -> String? {
        guard text.count >= 2, let quote = text.first, quote == "\"" || quote == "'", text.last == quote else { return nil }
        let inner = text.dropFirst().dropLast()
        guard !inner.contains(quote), quote == "'" || !inner.contains("\\") else { return nil }
        return String(inner)
    }

    /// The colon that ends a key: followed by a blank or the line's end.
    private static func keyEnd(_ line: Substring) -> Substring.Index? {
        line.indices.first { index in
            let next = line.index(after: index)
            return line[index] == ":" && (next == line.endIndex || line[next] == " " || line[next] == "\t")
        }
    }

    /// The line without a comment, which starts with # at the beginning or behind a blank, outside of quotes.
    private static func withoutComment(_ line: Substring) -> Substring {
        var quote: Character?
        var previous: Character = " "
        for index in line.indices {
            let next = line[index]
            if let open = quote {
                if next == open { quote = nil }
            } else if next == "#", previous == " " || previous == "\t" {
                return line[..<index]
            } else if next == "\"" || next == "'", " \t:-[,".contains(previous) {
                quote = next
            }
            previous = next
        }
        return line
    }
}
