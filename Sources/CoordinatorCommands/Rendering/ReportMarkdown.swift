package import CoordinatorRuntime
internal import Wire

/// A run's report for pasting into a ticket. Text from nodes is escaped, so that it makes no links, tables or HTML.
package struct ReportMarkdown: Sendable {
    private let report: ReportView
    private let inventory: Inventory

    package init(_ report: ReportView, inventory: Inventory) {
        self.report = report
        self.inventory = inventory
    }

    package var lines: [String] {
        let view = report.view
        var lines = ["## \(escape("\(view.purpose.rawValue) to \(view.target)"))", ""]
        lines += ["\(escape(RunSummaryLine.text(report)))", "", "Run \(escape(view.run.text))", ""]
        lines += table(ReportWords.nodeHeader, view.nodes.map(ReportWords.cells)) + [""]
        lines += table(ReportWords.stepHeader, view.steps.map(ReportWords.cells))
        let notes = view.steps.flatMap(ReportWords.notes)
        if !notes.isEmpty { lines += [""] + notes.map { "- \(escape($0))" } }
        if let snapshot = report.snapshot { lines += ["", escape(ReportWords.snapshot(snapshot))] }
        if !report.findings.isEmpty { lines += [""] + report.findings.map { "- \(escape(ReportWords.finding($0)))" } }
        let advice = ReportAdvice(report, inventory: inventory).lines
        if !advice.isEmpty { lines += [""] + advice.map { "    \($0)".trimmingTrailingSpaces } }
        return lines
    }

    private func table(_ header: [String], _ rows: [[String]]) -> [String] {
        func line(_ cells: [String]) -> String { "| \(cells.map(escape).joined(separator: " | ")) |" }
        return [line(header), "|\(String(repeating: "---|", count: header.count))"] + rows.map(line)
    }

    private func escape(_ text: String) -> String { MarkdownText.escaped(text) }
}

/// Text that Markdown and HTML take for nothing but text.
package enum MarkdownText {
    /// ASCII punctuation that begins something in CommonMark or in GitHub's tables.
    private static let special = Set("\\`*_{}[]()#+!|~@$^".unicodeScalars)

    package static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "&": result += "&amp;"
            case "\n", "\r": result += " "
            // `https://` and `www.` link themselves in GitHub's Markdown.
            case ":": result += "&#58;"
            case _ where special.contains(scalar): result += "\\\(scalar)"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result.replacing("www.", with: "www&#46;")
    }
}
