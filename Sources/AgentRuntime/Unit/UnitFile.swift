/// A systemd unit file as its assignments, in order; continuation lines joined, comments gone (systemd.syntax(7)).
package struct UnitFile: Sendable, Equatable {
    package struct Assignment: Sendable, Equatable {
        package let section: String
        package let key: String
        /// Everything behind `=`, trimmed; empty resets a list.
        package let value: String
    }

    package let assignments: [Assignment]

    package init(_ text: String) {
        var assignments: [Assignment] = []
        var section = ""
        for line in Self.logicalLines(text) {
            if line.hasPrefix("["), line.hasSuffix("]") {
                section = String(line.dropFirst().dropLast())
            } else if let (key, value) = line.assignment {
                assignments.append(
                    Assignment(
                        section: section, key: String(key.trimmingBlanks), value: String(value.trimmingBlanks)))
            }
        }
        self.assignments = assignments
    }

    private static func logicalLines(_ text: String) -> [Substring] {
        var lines: [Substring] = []
        var pending = ""
        for line in text.split(omittingEmptySubsequences: false, whereSeparator: { $0 == "\n" || $0 == "\r\n" }) {
            let body = line.trimmingBlanks
            // A comment inside a continued line is skipped, it does not end the line.
            if body.hasPrefix("#") || body.hasPrefix(";") { continue }
            if body.hasSuffix("\\") {
                pending += String(body.dropLast()) + " "
                continue
            }
            let whole = (pending + body)[...].trimmingBlanks
            pending = ""
            if !whole.isEmpty { lines.append(whole) }
        }
        if !pending[...].trimmingBlanks.isEmpty { lines.append(pending[...].trimmingBlanks) }
        return lines
    }

    /// The values of one key, a list assignment's reset by an empty value obeyed.
    package func values(_ key: String, in section: String) -> [String] {
        assignments.filter { $0.section == section && $0.key == key }
            .reduce(into: []) { list, next in
                if next.value.isEmpty { list = [] } else { list.append(next.value) }
            }
    }
}
