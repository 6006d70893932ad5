package import SSH
package import Wire

extension CoordinatorError {
    /// An SSH failure with its own code, as `ssh-…`.
    package init(_ error: SSHError, node: NodeName?) {
        let whole = node.map { "\($0): \(error.message)" } ?? error.message
        self.init(
            Code(rawValue: "ssh-\(error.code.name)"), Kind(error.code),
            error.cause.map { "\(whole): \($0)" } ?? whole, cause: nil, wayOut: error.wayOut)
    }
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
