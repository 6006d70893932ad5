internal import Wire

/// The words for facts that may be unknown, the same in every table.
enum Words {
    static let unknown = "?"

    static func version(_ version: K3sVersion?) -> String { version.map { "\($0)" } ?? unknown }

    static func ready(_ ready: Bool?) -> String {
        ready.map { $0 ? "Ready" : "NotReady" } ?? unknown
    }

    static func schedulable(_ schedulable: Bool?, cordonedBy run: RunID? = nil) -> String {
        guard let schedulable else { return unknown }
        if schedulable { return "yes" }
        return run.map { "cordoned by \($0)" } ?? "cordoned"
    }

    /// Who, from where, since when.
    static func holder(_ holder: Holder) -> String {
        "\(holder.who.cleaned(limit: 60)) on \(holder.machine.cleaned(limit: 100)) (process \(holder.process), "
            + "since \(Moment.text(holder.since)))"
    }

    static func readiness(_ readiness: Readiness?) -> String {
        guard let readiness else { return unknown }
        let version = readiness.version.map { " to \($0)" } ?? ""
        return switch readiness.verdict {
        case .reinstall: "reinstall\(version)"
        case .restore: "restore\(version)"
        case .rejoin: "rejoin a restored server\(version)"
        case .notReady: "not ready: \(readiness.reason.cleaned(limit: 120))"
        }
    }

    static func state(_ step: StepView) -> String {
        switch step.state {
        case .running, .undoing:
            let word = step.state == .undoing ? "undoing" : "running"
            return step.phase.map { "\(word) \($0.rawValue)" } ?? word
        case .doneBefore: return "done before"
        default: return step.state.rawValue
        }
    }
}
