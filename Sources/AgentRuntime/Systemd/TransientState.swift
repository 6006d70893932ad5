/// What became of a transient unit.
package enum TransientState: Sendable, Equatable {
    /// Never started, forgotten, or lost with a reboot.
    case absent
    case running(invocation: String?)
    case succeeded(invocation: String?)
    /// The result in systemd's word, and the exit status or signal.
    case failed(invocation: String?, result: String, status: Int32)

    package init(_ status: UnitStatus) {
        let invocation = status.invocation
        switch (status.activeState, status.subState) {
        case (.active, "exited") where status.result == "success" && status.mainStatus == 0:
            self = .succeeded(invocation: invocation)
        case (.active, "exited"), (.failed, _):
            self = .failed(invocation: invocation, result: status.result, status: status.mainStatus)
        case (.active, _), (.activating, _), (.deactivating, _), (.reloading, _):
            self = .running(invocation: invocation)
        default:
            self = .absent
        }
    }
}
