internal import Wire

/// What the last run did and left, in words.
package struct LastRunText: Sendable {
    private let last: LastRunView

    package init(_ last: LastRunView) { self.last = last }

    package var lines: [String] {
        let name = "run \(last.run), \(last.purpose.rawValue) to \(last.target)"
        var lines = [last.isOpen ? "\(name), is not over: \(holder)" : "last \(name): concluded"]
        lines += did.map { "  \($0)" }
        lines += last.running.map { "  now: \(now($0))" }
        for outcome in last.outcomes where outcome.result != .done {
            let word = outcome.result == .failed ? "failed" : "given up and undone"
            let why = outcome.failure.map { ": \($0.message.cleaned(limit: 400))" } ?? ""
            lines.append("  \(word): \(outcome.step)\(why)")
        }
        lines += last.held.map {
            "  \($0.node) is drained; \($0.by) puts it back into service if nobody goes on with it"
        }
        if last.isOpen { lines.append("  \(next)") }
        return lines
    }

    private var holder: String {
        guard let holder = last.holder else { return "nobody leads it" }
        let silent = last.holderSilent.map { ", last heard \(Seconds.text($0)) ago" } ?? ""
        return "held by \(Words.holder(holder))\(silent)"
    }

    /// What is done, a line for each kind of step.
    private var did: [String] {
        let kinds: [(StepKind, String)] = [
            (.stage, "release staged on"), (.snapshot, "snapshot taken by"), (.install, "installed on"),
            (.rollback, "former version put back on"), (.drain, "drained"), (.uncordon, "put back into service"),
        ]
        return kinds.compactMap { kind, words in
            let nodes = last.outcomes.filter { $0.step.kind == kind && $0.result == .done }.map(\.step.node.text)
            return nodes.isEmpty ? nil : "\(words) \(nodes.sorted().joined(separator: ", "))"
        }
    }

    private func now(_ running: LastRunView.Running) -> String {
        let step = running.step
        let fate =
            if step.undoing {
                "is being undone"
            } else if step.passedPointOfNoReturn {
                "is finished whatever happens to the coordinator"
            } else {
                "is undone if its coordinator is gone"
            }
        let by = running.executor == step.step.node ? "" : " by \(running.executor)"
        return "\(step.step)\(by), \(step.phase.rawValue); it \(fate)"
    }

    private var next: String {
        let command =
            last.purpose == .upgrade
            ? "coordinator upgrade --to \(last.target)" : "the same coordinator rollback again"
        return "to go on: \(command); to give back what it holds: coordinator release"
    }
}
