/// Why an agent did not do what it was asked.
package struct Refusal: Hashable, Sendable, Codable, Error {
    /// Appended, never reused. A code this side does not know reads as `unknown`.
    package enum Code: String, Sendable, Codable, CaseIterable {
        /// Another coordinator holds the lock and was heard within the time to live.
        case held
        /// A higher epoch was promised.
        case fenced
        /// The epoch was never promised here, or its holder has left: claim first.
        case unpromised
        /// The nonce is not one of this agent's, or was spent.
        case nonce
        /// The lease's life was over when it was read.
        case expired
        /// The lease or the stored plan is of another run, or its digest differs.
        case plan
        /// The step is not in the plan, or not this agent's.
        case step
        /// Another step is running.
        case busy
        /// The agent lacks a feature that the request needs.
        case unsupported
        /// The request cannot be read.
        case malformed
        /// The node's policy file does not allow it.
        case policy
        /// The journal cannot be written.
        case journal
        /// It was tried and failed on the node.
        case failed
        case unknown

        package init(from decoder: any Decoder) throws {
            self = Code(rawValue: try decoder.singleValueContainer().decode(String.self)) ?? .unknown
        }
    }

    package let code: Code
    package let message: String
    /// With `held` and `fenced`: who it is.
    package let holder: Holder?
    /// With `held` and `fenced`: the epoch that was promised.
    package let promised: Epoch?
    /// With `held`: how long the holder has not been heard, in milliseconds.
    package let silent: Int?
    /// With `held`: its run.
    package let run: RunID?

    package init(
        _ code: Code, _ message: String, holder: Holder? = nil, promised: Epoch? = nil, silent: Int? = nil,
        run: RunID? = nil
    ) {
        self.code = code
        self.message = message
        self.holder = holder
        self.promised = promised
        self.silent = silent
        self.run = run
    }
}
