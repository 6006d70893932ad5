/// How often each fault kind struck at each moment.
package struct Coverage: Sendable {
    private var counts: [Int]

    package init() { counts = Array(repeating: 0, count: FaultKind.allCases.count * Moment.all.count) }

    mutating func mark(_ kind: FaultKind, at place: Int) { counts[kind.rawValue * Moment.all.count + place] += 1 }

    package func count(_ kind: FaultKind, _ moment: Moment) -> Int {
        counts[kind.rawValue * Moment.all.count + moment.place]
    }

    package mutating func add(_ other: Coverage) {
        for index in counts.indices { counts[index] += other.counts[index] }
    }

    /// The cells that can be struck and were struck less often.
    package func below(_ least: Int) -> [(kind: FaultKind, moment: Moment, count: Int)] {
        FaultKind.allCases.flatMap { kind in
            kind.moments.map { (kind, $0, count(kind, $0)) }.filter { $0.2 < least }
        }
    }

    /// A table: a line a moment, a column a kind; a dash where the kind cannot strike.
    package var table: String {
        let kinds = FaultKind.allCases
        var lines = kinds.enumerated().map { "  \(letter($0.offset)) \($0.element)" }
        let head = kinds.indices.map { pad(letter($0)) }.joined()
        lines.append(String(repeating: " ", count: 17) + head)
        for moment in Moment.all {
            let cells = kinds.map { kind in pad(kind.moments.contains(moment) ? "\(count(kind, moment))" : "-") }
            lines.append(moment.name.padded(to: 17) + cells.joined())
        }
        return lines.joined(separator: "\n")
    }

    private func letter(_ index: Int) -> String {
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
        return String(letters[index % letters.count])
    }

    private func pad(_ text: String) -> String { String(repeating: " ", count: max(1, 7 - text.count)) + text }
}

extension String {
    fileprivate func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
