internal import Wire

/// The one line that says how a run ended.
package enum RunSummaryLine {
    package static func text(_ report: ReportView) -> String {
        let nodes = "\(report.finished.count)/\(report.view.nodes.count) nodes"
        let goals = Set(report.view.nodes.map(\.goal))
        let goal = goals.count == 1 ? goals.first.map { "\($0)" } ?? "" : "their former versions"
        let verb = report.view.purpose == .upgrade ? "upgraded" : "rolled back"
        let head =
            switch report.ending {
            case .done: "\(verb) \(nodes) to \(goal)"
            case .failed, .interrupted, .released:
                "\(report.ending.rawValue): \(nodes) on \(goal), Ready and schedulable"
            }
        return [head, outage(report.view.outage), readiness(report.view.nodes)].compactMap(\.self).joined(
            separator: "; ")
    }

    static func outage(_ outage: OutageView?) -> String? {
        guard let outage else { return nil }
        let over = outage.milliseconds > outage.limit * 1000 ? ", over the limit" : ""
        return "control plane unavailable \(Seconds.tenths(outage.milliseconds)) of \(outage.limit)s allowed\(over)"
    }

    /// `rollback ready 3/3 (2 reinstall, 1 restore)`. Servers that would rejoin go back by that restore, if there is one.
    static func readiness(_ nodes: [NodeView]) -> String? {
        guard !nodes.isEmpty else { return nil }
        let said = nodes.compactMap(\.readiness?.verdict)
        let rejoining: Readiness.Verdict = said.contains(.restore) ? .restore : .notReady
        let verdicts = said.map { $0 == .rejoin ? rejoining : $0 }
        let kinds = [Readiness.Verdict.reinstall, .restore].compactMap { kind in
            let count = verdicts.count { $0 == kind }
            return count > 0 ? "\(count) \(kind.rawValue)" : nil
        }
        let ready = verdicts.count { $0 != .notReady }
        let detail = kinds.isEmpty ? "" : " (\(kinds.joined(separator: ", ")))"
        return "rollback ready \(ready)/\(nodes.count)\(detail)"
    }
}
