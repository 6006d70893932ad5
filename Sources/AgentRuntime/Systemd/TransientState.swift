/// What is known of a transient unit.
package enum TransientState: Sendable, Equatable {
    /// Never started, ended well, forgotten, or lost with a reboot.
    case absent
    case running
    /// Failed, and kept by systemd until it is forgotten; or kept though it ended well.
    case ended

    package init(_ status: UnitStatus) {
        switch (status.activeState, status.subState) {
        case (.active, "exited"), (.failed, _): self = .ended
        case (.active, _), (.activating, _), (.deactivating, _), (.reloading, _): self = .running
        default: self = .absent
        }
    }
}
