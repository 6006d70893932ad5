/// Something that failed on the operator's side: what it was about, why, and what to do next.
///
/// The code is what programs look at; the texts are for people and never matched. Text from a node or a server is
/// bounded and cleaned before it becomes part of one.
package struct CoordinatorError: Error, Sendable {
    /// An open set: each folder adds its own codes. The raw value is stable and printed with `-o json`.
    package struct Code: RawRepresentable, Hashable, Sendable {
        package let rawValue: String

        package init(rawValue: String) { self.rawValue = rawValue }
    }

    /// What kind of end this makes for the command; decides its exit status.
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        /// It was tried and did not work.
        case failed
        /// What was given cannot be understood.
        case usage
        /// A check says no; nothing was changed.
        case refused
        /// A node or a server could not be reached.
        case unreachable
        /// Another coordinator holds the lock.
        case held
    }

    package let code: Code
    package let kind: Kind
    /// One sentence that names the thing: the file, the node, the address.
    package let message: String
    /// What the failure came from.
    package let cause: (any Error)?
    /// What a person can do about it.
    package let wayOut: String

    package init(_ code: Code, _ kind: Kind, _ message: String, cause: (any Error)? = nil, wayOut: String) {
        self.code = code
        self.kind = kind
        self.message = message
        self.cause = cause
        self.wayOut = wayOut
    }
}

extension CoordinatorError: CustomStringConvertible {
    package var description: String {
        let reason = cause.map { ": \($0)" } ?? ""
        return "\(message)\(reason) (\(wayOut))"
    }
}
