/// Something that failed on this node: what it was about, why, and what to do next.
///
/// The code is what programs look at; the texts are for people and never matched.
package struct NodeError: Error, Sendable {
    /// An open set: each folder adds its own codes. The raw value is stable and may travel to the coordinator.
    package struct Code: RawRepresentable, Hashable, Sendable {
        package let rawValue: String

        package init(rawValue: String) { self.rawValue = rawValue }
    }

    package let code: Code
    /// One sentence that names the thing: the file, the unit, the command.
    package let message: String
    /// What the failure came from: an `Errno`, a `CommandFailure`, another `NodeError`.
    package let cause: (any Error)?
    /// What a person can do about it; nil where the message says it all.
    package let wayOut: String?

    package init(_ code: Code, _ message: String, cause: (any Error)? = nil, wayOut: String? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
        self.wayOut = wayOut
    }
}

extension NodeError: CustomStringConvertible {
    package var description: String {
        let reason = cause.map { ": \($0)" } ?? ""
        let remedy = wayOut.map { " (\($0))" } ?? ""
        return message + reason + remedy
    }
}
