package import ArgumentParser
package import CoordinatorRuntime

/// How a command ends, for the shell that called it.
package enum ExitStatus: Int32, Hashable, Sendable, CaseIterable {
    case done = 0
    /// Something was tried and failed; the report says in what state.
    case failed = 1
    /// The command line or the inventory cannot be understood.
    case usage = 2
    /// A check said no; nothing was changed.
    case refused = 3
    /// A node, or the release site, could not be reached.
    case unreachable = 4
    /// Another coordinator holds the lock.
    case held = 5
    /// Ended by the operator (128 + SIGINT), and left safe.
    case interrupted = 130

    package init(_ kind: CoordinatorError.Kind) {
        self =
            switch kind {
            case .failed: .failed
            case .usage: .usage
            case .refused: .refused
            case .unreachable: .unreachable
            case .held: .held
            }
    }

    /// For an error that ends a command.
    ///
    /// - Parameter argumentParserCode: ArgumentParser's own code for it; that library ends with sysexits' 64 where the
    ///   usage was wrong, and with 0 where help was asked for.
    package init(_ error: any Error, argumentParserCode: ExitCode) {
        switch error {
        case let error as CoordinatorError: self.init(error.kind)
        case is InventoryError: self = .usage
        case let code as ExitCode: self = ExitStatus(rawValue: code.rawValue) ?? .failed
        case is CancellationError: self = .interrupted
        default:
            switch argumentParserCode {
            case .success: self = .done
            case .validationFailure: self = .usage
            default: self = .failed
            }
        }
    }
}
