internal import Wire

/// The cluster's state as text.
package struct StatusText: Sendable {
    private let status: StatusView

    package init(_ status: StatusView) { self.status = status }

    package var lines: [String] {
        var lines = ["coordinator \(status.client), cluster \(Words.version(status.server))", ""]
        lines += table.lines
        for node in status.nodes {
            guard let problem = node.problem else { continue }
            lines += [
                "", "\(node.name): \(problem.message.cleaned(limit: 500)) [\(problem.code.cleaned(limit: 60))]",
                "  \(problem.wayOut.cleaned(limit: 500))",
            ]
        }
        if let last = status.lastRun { lines += [""] + LastRunText(last).lines }
        if !status.findings.isEmpty { lines += [""] + status.findings.map(ReportWords.finding) }
        if let available = status.available { lines += [""] + self.available(available) }
        return lines
    }

    private var table: TextTable {
        var table = TextTable([
            "NODE", "ROLE", "RUNNING", "ON DISK", "STATUS", "SCHEDULABLE", "DATASTORE", "ROLLBACK", "AGENT",
        ])
        for node in status.nodes {
            table.add([
                node.name.text, node.role.rawValue, Words.version(node.versionRunning),
                Words.version(node.versionOnDisk), Words.ready(node.ready),
                Words.schedulable(node.schedulable, cordonedBy: node.cordonedBy), node.datastore?.rawValue ?? "-",
                Words.readiness(node.readiness), node.agent?.cleaned(limit: 40) ?? "no answer",
            ])
        }
        return table
    }

    private func available(_ available: AvailableView) -> [String] {
        if let problem = available.problem {
            return ["releases: \(problem.message.cleaned(limit: 500)) (\(problem.wayOut.cleaned(limit: 500)))"]
        }
        var lines: [String] = []
        if let patch = available.newestPatch { lines.append("newest patch: coordinator upgrade --to \(patch)") }
        if let minor = available.nextMinor { lines.append("next minor:   coordinator upgrade --to \(minor)") }
        if lines.isEmpty { lines.append("no newer release in this minor or the next") }
        if let stable = available.stable { lines.append("stable is \(stable)") }
        return lines
    }
}
