/// What a check found: the thing, what is wrong with it, and the way out.
package struct Finding: Hashable, Sendable, Codable {
    package enum Severity: String, Sendable, Codable {
        /// The run must not begin.
        case refusal
        /// The operator should know.
        case warning
    }

    package let severity: Severity
    /// A stable word for programs: `bare-pod`, `blocking-budget`, `disk-full`.
    package let code: String
    package let about: String
    package let problem: String
    package let wayOut: String

    package init(_ severity: Severity, code: String, about: String, problem: String, wayOut: String) {
        self.severity = severity
        self.code = code
        self.about = about
        self.problem = problem
        self.wayOut = wayOut
    }
}
