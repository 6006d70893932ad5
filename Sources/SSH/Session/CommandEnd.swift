/// How a remote command ended.
package enum CommandEnd: Sendable, Hashable, CustomStringConvertible {
    /// It exited; 0 to 255 from POSIX systems.
    case status(Int32)
    /// A signal killed it: the name without `SIG`, such as `KILL`.
    case signal(String)
    /// The server closed the channel and said neither.
    case unknown

    /// Whether it exited with status 0.
    package var isSuccess: Bool { self == .status(0) }

    package var description: String {
        switch self {
        case .status(let status): "exit status \(status)"
        case .signal(let name): "killed by signal \(name)"
        case .unknown: "ended without a status"
        }
    }
}
