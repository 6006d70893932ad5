package import CoordinatorRuntime
internal import Wire

/// A run's report in plain text.
package struct ReportText: Sendable {
    private let report: ReportView
    private let inventory: Inventory

    package init(_ report: ReportView, inventory: Inventory) {
        self.report = report
        self.inventory = inventory
    }

    /// The whole report; its last line is `RunSummaryLine`'s.
    package var lines: [String] {
        let view = report.view
        var lines = ["\(view.purpose.rawValue) to \(view.target), run \(view.run)", ""]
        lines += nodes.lines + [""]
        lines += steps.lines + [""]
        let notes = view.steps.flatMap(ReportWords.notes)
        if !notes.isEmpty { lines += notes + [""] }
        if let snapshot = report.snapshot { lines += [ReportWords.snapshot(snapshot), ""] }
        for finding in report.findings { lines.append(ReportWords.finding(finding)) }
        if !report.findings.isEmpty { lines.append("") }
        lines += ReportAdvice(report, inventory: inventory).lines
        return lines + [RunSummaryLine.text(report)]
    }

    private var nodes: TextTable {
        var table = TextTable(ReportWords.nodeHeader)
        for node in report.view.nodes { table.add(ReportWords.cells(node)) }
        return table
    }

    private var steps: TextTable {
        var table = TextTable(ReportWords.stepHeader)
        for step in report.view.steps { table.add(ReportWords.cells(step)) }
        return table
    }
}

/// The cells and sentences that every form of a report shares, cleaned.
enum ReportWords {
    static func stillOpen(_ nodes: [NodeName]) -> String {
        "\(nodes.map(\.text).joined(separator: ", ")) could not be told that the run is over; "
            + "the next run closes it there"
    }

    static let nodeHeader = ["NODE", "ROLE", "VERSION", "STATUS", "SCHEDULABLE", "ROLLBACK"]
    static let stepHeader = ["STEP", "STATE", "TIME", "PHASES"]

    static func cells(_ node: NodeView) -> [String] {
        [
            node.name.text, node.role.rawValue, Words.version(node.version),
            node.answers ? Words.ready(node.ready) : "\(Words.ready(node.ready)), agent does not answer",
            Words.schedulable(node.schedulable), Words.readiness(node.readiness),
        ]
    }

    static func cells(_ step: StepView) -> [String] {
        [
            step.step.description, Words.state(step), step.elapsed.map(Seconds.text) ?? "",
            step.phases.map { "\($0.phase.rawValue) \(Seconds.text($0.milliseconds))" }.joined(separator: ", "),
        ]
    }

    /// As many as a step has phases, at the most, and some: they come from a node.
    static func notes(_ step: StepView) -> [String] {
        step.notes.prefix(20).map { "note: \(step.step): \($0.cleaned(limit: 500))" }
    }

    static func snapshot(_ snapshot: SnapshotReport) -> String {
        "snapshot: \(snapshot.path.cleaned(limit: 500)) (\(snapshot.datastore.rawValue), \(snapshot.bytes) bytes, "
            + "sha256 \(snapshot.sha256.cleaned(limit: 64)))"
    }

    static func finding(_ finding: Finding) -> String {
        "\(finding.severity.rawValue): \(finding.about.cleaned(limit: 200)): \(finding.problem.cleaned(limit: 500)) "
            + "(\(finding.wayOut.cleaned(limit: 500)))"
    }
}
