/// What went wrong with an SSH connection, for people to read and for code to branch on.
///
/// `message` names the thing, `cause` is what libssh, the system or the server said about it (already bounded and
/// cleaned), `wayOut` says what to do next. Code decides on `code` alone, never on text.
package struct SSHError: Error, Sendable, CustomStringConvertible {
    /// The kind of failure. Open: later versions may add codes.
    package struct Code: Hashable, Sendable {
        package let name: String

        package init(_ name: String) { self.name = name }

        /// The host's name does not resolve to any address.
        package static let hostNotFound = Code("host-not-found")
        /// No address of the host took the connection.
        package static let unreachable = Code("unreachable")
        /// A deadline passed.
        package static let timedOut = Code("timed-out")
        /// The calling task was cancelled.
        package static let cancelled = Code("cancelled")
        /// The other end is no SSH server that we could agree with.
        package static let handshakeFailed = Code("handshake-failed")
        /// No known_hosts file has a key of this host.
        package static let hostKeyUnknown = Code("host-key-unknown")
        /// The host shows another key than the known one.
        package static let hostKeyChanged = Code("host-key-changed")
        /// The host shows a key that a known_hosts file marks as revoked.
        package static let hostKeyRevoked = Code("host-key-revoked")
        /// A known_hosts file can't be read or written.
        package static let knownHostsUnusable = Code("known-hosts-unusable")
        /// The server took none of the keys.
        package static let authenticationFailed = Code("authentication-failed")
        /// The connection ended while it was in use.
        package static let connectionLost = Code("connection-lost")
        /// The peer has not sent a byte for too long.
        package static let peerDead = Code("peer-dead")
        /// The session was closed by this side.
        package static let sessionClosed = Code("session-closed")
        /// The server opened no channel, or would not run the command.
        package static let channelRefused = Code("channel-refused")
        /// The channel is closed, so nothing can be written to it.
        package static let channelClosed = Code("channel-closed")
        /// A command wrote more than the caller allowed.
        package static let outputLimitExceeded = Code("output-limit-exceeded")
        /// The jump host's `ssh` failed.
        package static let jumpFailed = Code("jump-failed")
        /// The destination or the SSH configuration is not usable.
        package static let configurationInvalid = Code("configuration-invalid")
        /// This machine refused something: file descriptors, threads, processes.
        package static let systemFailure = Code("system-failure")
    }

    package let code: Code
    package let message: String
    package let cause: String?
    package let wayOut: String

    package init(_ code: Code, _ message: String, cause: String? = nil, wayOut: String) {
        self.code = code
        self.message = message
        self.cause = cause
        self.wayOut = wayOut
    }

    package var description: String {
        let because = cause.map { ": \($0)" } ?? ""
        return "\(message)\(because) (\(wayOut))"
    }
}
