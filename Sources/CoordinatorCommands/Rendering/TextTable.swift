/// Rows in columns that are as wide as their widest cell, two spaces apart.
package struct TextTable: Hashable, Sendable {
    private let header: [String]
    private var rows: [[String]] = []

    package init(_ header: [String]) { self.header = header }

    /// Cells that may come from a node have to be cleaned before.
    package mutating func add(_ row: [String]) { rows.append(row) }

    package var lines: [String] {
        let all = [header] + rows
        let widths = header.indices.map { column in
            all.map { column < $0.count ? DisplayWidth.of($0[column]) : 0 }.max() ?? 0
        }
        return all.map { row in
            let cells = row.enumerated().map { index, cell in
                DisplayWidth.padded(cell, to: index < widths.count ? widths[index] : 0)
            }
            return cells.joined(separator: "  ").trimmingTrailingSpaces
        }
    }
}

extension String {
    var trimmingTrailingSpaces: String {
        var text = Substring(self)
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
