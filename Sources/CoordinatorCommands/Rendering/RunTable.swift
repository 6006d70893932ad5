internal import Wire

/// A run as a table, for a terminal that shows it live.
package enum RunTable {
    /// At most `rows` lines, none wider than `columns`. What does not fit is the steps that are over, then those that
    /// have not begun; a last line says how many are left out.
    package static func lines(_ view: RunView, columns: Int, rows: Int) -> [String] {
        let head = header(view)
        // In the middle of a run nobody has asked for their health yet.
        let isSeen = view.nodes.contains { $0.ready != nil || $0.readiness != nil || !$0.answers }
        var nodes = TextTable(["NODE", "ROLE", "VERSION"] + (isSeen ? ["STATUS", "SCHEDULABLE", "ROLLBACK"] : []))
        for node in view.nodes {
            let health = [
                node.answers ? Words.ready(node.ready) : "no answer", Words.schedulable(node.schedulable),
                Words.readiness(node.readiness),
            ]
            nodes.add(
                [node.name.text, node.role.rawValue, Words.version(node.version)] + (isSeen ? health : []))
        }
        let fixed = [head] + nodes.lines + [""]
        let room = max(2, rows - fixed.count - 1)
        let (steps, left) = chosen(view.steps, room: room - 1)
        var table = TextTable(["STEP", "STATE", "TIME"])
        for step in steps {
            table.add([step.step.description, Words.state(step), step.elapsed.map(Seconds.text) ?? ""])
        }
        let more = left > 0 ? ["… and \(left) more steps"] : []
        return (fixed + table.lines + more).prefix(max(1, rows)).map { DisplayWidth.cut($0, to: columns) }
    }

    private static func header(_ view: RunView) -> String {
        let done = view.steps.count { $0.state == .done || $0.state == .doneBefore }
        let outage = view.outage.map { ", control plane out \(Seconds.tenths($0.milliseconds)) of \($0.limit)s" } ?? ""
        let waiting = view.waiting.isEmpty ? "" : ", waiting for \(view.waiting.cleaned(limit: 120))"
        return "\(view.purpose.rawValue) to \(view.target) (run \(view.run)): \(done)/\(view.steps.count) steps, "
            + "\(Seconds.text(view.elapsed))\(outage)\(waiting)"
    }

    /// Around what runs now, in the plan's order.
    private static func chosen(_ steps: [StepView], room: Int) -> (steps: [StepView], left: Int) {
        guard steps.count > room else { return (steps, 0) }
        // One line goes to saying how many are left out.
        let places = max(1, room - 1)
        let now = steps.firstIndex { ![.done, .doneBefore].contains($0.state) } ?? steps.count
        let first = max(0, min(now - 1, steps.count - places))
        return (Array(steps[first..<min(steps.count, first + places)]), steps.count - places)
    }
}
