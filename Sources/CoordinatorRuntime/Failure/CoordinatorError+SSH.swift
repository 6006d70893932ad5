package import SSH
package import Wire

extension CoordinatorError {
    /// An SSH failure with its own code, as `ssh-…`; its message names the host.
    package init(_ error: SSHError) {
        self.init(
            Code(rawValue: "ssh-\(error.code.name)"), Kind(error.code),
            error.cause.map { "\(error.message): \($0)" } ?? error.message, wayOut: error.wayOut)
    }

    /// As above, for the login that an agent's installation makes.
    package init(agentLogin error: SSHError, node: NodeName) {
        guard error.code == .authenticationFailed else {
            self.init(error)
            return
        }
        self.init(
            .agentMissing, .unreachable, "\(node) does not take the coordinator's key",
            cause: error,
            wayOut:
                "install the agent there with `coordinator agents install`, or name the key it was installed with in "
                + "`ssh: {key: …}` of the inventory")
    }
}

extension CoordinatorError.Code {
    package static let agentMissing = Self(rawValue: "agent-missing")
}

extension CoordinatorError.Kind {
    fileprivate init(_ code: SSHError.Code) {
        switch code {
        case .configurationInvalid, .knownHostsUnusable: self = .usage
        case .hostKeyUnknown, .hostKeyChanged, .hostKeyRevoked: self = .refused
        case .outputLimitExceeded, .systemFailure, .cancelled: self = .failed
        default: self = .unreachable
        }
    }
}
