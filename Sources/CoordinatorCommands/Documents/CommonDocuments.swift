package import Wire

// Documents are separate from the wire's messages, which may change with the protocol. Members that are not known are
// left out. All text is cleaned: programs print it too.

package struct FailureDocument: Hashable, Sendable, Encodable {
    package let code: String
    package let message: String
    package let wayOut: String

    package init(_ failure: Failure) {
        code = failure.code.cleaned(limit: 100)
        message = failure.message.cleaned(limit: 2000)
        wayOut = failure.wayOut.cleaned(limit: 1000)
    }
}

package struct FindingDocument: Hashable, Sendable, Encodable {
    package let severity: String
    package let code: String
    package let about: String
    package let problem: String
    package let wayOut: String

    package init(_ finding: Finding) {
        severity = finding.severity.rawValue
        code = finding.code.cleaned(limit: 100)
        about = finding.about.cleaned(limit: 500)
        problem = finding.problem.cleaned(limit: 2000)
        wayOut = finding.wayOut.cleaned(limit: 1000)
    }
}

package struct ReadinessDocument: Hashable, Sendable, Encodable {
    /// `reinstall`, `restore`, `not-ready`.
    package let verdict: String
    package let version: String?
    package let reason: String?

    package init(_ readiness: Readiness) {
        verdict = readiness.verdict.rawValue
        version = readiness.version?.description
        reason = readiness.reason.isEmpty ? nil : readiness.reason.cleaned(limit: 1000)
    }
}
