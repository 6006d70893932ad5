internal import Wire

/// A run as lines, each said once: for logs, pipes and terminals that cannot be drawn on.
package struct PlainProgress: Sendable {
    private var last: RunView?

    package init() {}

    /// What is new since the last view.
    package mutating func lines(_ view: RunView) -> [String] {
        defer { last = view }
        let time = "[\(Seconds.text(view.elapsed))]"
        var lines: [String] = []
        if last == nil {
            lines.append("\(view.purpose.rawValue) to \(view.target), run \(view.run), \(view.steps.count) steps")
        }
        for step in view.steps {
            let before = last?.steps.first { $0.step == step.step }
            guard before?.state != step.state || before?.phase != step.phase else { continue }
            // A step that waits has nothing to say.
            guard step.state != .waiting else { continue }
            let took = step.state == .running || step.state == .undoing ? nil : step.elapsed.map(Seconds.text)
            var line = "\(time) \(step.step): \(Words.state(step))"
            if let took { line += " in \(took)" }
            if let failure = step.failure { line += ": \(failure.message.cleaned(limit: 500))" }
            lines.append(line)
        }
        for node in view.nodes {
            let before = last?.nodes.first { $0.name == node.name }
            if before?.answers ?? true, !node.answers { lines.append("\(time) \(node.name): no answer") }
            if before?.answers == false, node.answers { lines.append("\(time) \(node.name): answers again") }
            if let before, before.version != node.version, let version = node.version {
                lines.append("\(time) \(node.name): now \(version)")
            }
        }
        if !view.waiting.isEmpty, view.waiting != last?.waiting {
            lines.append("\(time) waiting for \(view.waiting.cleaned(limit: 300))")
        }
        return lines
    }
}
