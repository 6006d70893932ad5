/// What went wrong in the lab itself, as opposed to in what runs there.
package struct LabError: Error, Hashable, CustomStringConvertible {
    /// Open: more codes may come.
    package struct Code: RawRepresentable, Hashable, Sendable {
        package let rawValue: String

        package init(rawValue: String) {
            self.rawValue = rawValue
        }

        /// The lab's own program refused or failed (its exit status 125).
        package static let labFailed = Code(rawValue: "lab-failed")
        /// A command ran, and not as it was required to.
        package static let commandFailed = Code(rawValue: "command-failed")
        /// A command could not be started, or its streams broke.
        package static let notStarted = Code(rawValue: "not-started")
        /// Something did not come within its deadline.
        package static let deadlinePassed = Code(rawValue: "deadline-passed")
        /// A command printed more than the lab keeps.
        package static let tooMuchOutput = Code(rawValue: "too-much-output")
        /// The test was cancelled while it waited.
        package static let cancelled = Code(rawValue: "cancelled")
    }

    package let code: Code
    /// What failed, and why.
    package let message: String
    /// What the failing program said, or the error beneath.
    package let cause: String
    package let wayOut: String

    package init(_ code: Code, _ message: String, cause: String = "", wayOut: String = "") {
        self.code = code
        self.message = message
        self.cause = cause
        self.wayOut = wayOut
    }

    package var description: String {
        [message, cause, wayOut].filter { !$0.isEmpty }.joined(separator: "\n")
    }
}
