package import CoordinatorRuntime
internal import Wire

/// What is where after a run that did not end well, and what to do next.
package struct ReportAdvice: Sendable {
    private let report: ReportView
    private let inventory: Inventory

    package init(_ report: ReportView, inventory: Inventory) {
        self.report = report
        self.inventory = inventory
    }

    /// Empty for a run that ended well.
    package var lines: [String] {
        guard report.ending != .done else { return [] }
        var lines: [String] = []
        if let failure = report.failure {
            lines += [
                "what went wrong: \(failure.message.cleaned(limit: 1000)) [\(failure.code.cleaned(limit: 60))]",
                "the way out: \(failure.wayOut.cleaned(limit: 1000))", "",
            ]
        }
        for node in report.view.nodes { lines.append("\(node.name): \(standing(node))") }
        lines += ["", "what to do next:"]
        lines += next.map { "  \($0)" } + [""]
        for node in report.view.nodes where !node.answers {
            guard let entry = inventory.node(node.name) else { continue }
            lines.append("\(node.name) does not answer; to look by hand:")
            lines += HandCommands.lines(for: entry, ssh: inventory.ssh).map { "  \($0)" } + [""]
        }
        return lines
    }

    private func standing(_ node: NodeView) -> String {
        let version =
            if node.version == node.goal {
                "is on \(node.goal)"
            } else if let onDisk = node.versionOnDisk, onDisk == node.goal {
                "has \(onDisk) on its disk, which does not run"
            } else if let version = node.version {
                "is still on \(version)"
            } else {
                "runs an unknown version"
            }
        let ready = node.ready.map { $0 ? "Ready" : "NotReady" } ?? "of unknown readiness"
        let cordon = node.schedulable == false ? ", cordoned" : ""
        return "\(version), \(ready)\(cordon); \(rollback(node))"
    }

    private func rollback(_ node: NodeView) -> String {
        guard let readiness = node.readiness else { return "whether it can be rolled back is not known" }
        return readiness.verdict == .notReady
            ? "cannot be rolled back: \(readiness.reason.cleaned(limit: 300))"
            : "can be rolled back by \(Words.readiness(readiness))"
    }

    private var next: [String] {
        var steps: [String] = []
        let first = report.failure == nil ? "" : "mend the cause, then "
        if report.view.purpose == .upgrade {
            steps.append(
                "\(first)take the run up where it stopped: coordinator upgrade --to \(report.view.target)")
        } else {
            steps.append("\(first)run the same rollback again, which takes it up where it stopped")
        }
        for node in report.view.nodes
        where report.view.purpose == .upgrade && node.role == .worker
            && [node.version, node.versionOnDisk].contains(node.goal)
            && node.readiness?.verdict == .reinstall
        {
            steps.append("or take \(node.name) back: coordinator rollback --node \(node.name)")
        }
        for node in report.view.nodes where node.schedulable == false && node.ready == false {
            steps.append(
                "\(node.name) stays cordoned while it is NotReady; when it is well: k3s kubectl uncordon \(node.name)")
        }
        steps.append("look at everything: coordinator status")
        return steps
    }
}
