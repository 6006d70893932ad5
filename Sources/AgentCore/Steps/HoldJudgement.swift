package import Wire

/// A look at a node that is held drained.
package struct HeldLook: Hashable, Sendable {
    package let mark: CordonMark?
    package let ready: Bool
    package let version: K3sVersion?
    /// The node Lease's `renewTime`, as text.
    package let heartbeat: String?

    package init(mark: CordonMark?, ready: Bool, version: K3sVersion?, heartbeat: String?) {
        self.mark = mark
        self.ready = ready
        self.version = version
        self.heartbeat = heartbeat
    }
}

/// Decides, while nobody leads the run, whether a held node can be given back.
///
/// A node whose kubelet was stopped keeps showing Ready with the old version for some 47 s, so Ready alone says
/// nothing: the node must show the target version and renew its Lease while we look, or the hold's limit be over.
package struct HoldJudgement: Hashable, Sendable {
    package enum Verdict: Hashable, Sendable {
        case giveBack
        /// The mark is gone or another's: nothing of ours is left to take off.
        case ended
        case keep
    }

    private var lastHeartbeat: String?
    private var renewals = 0

    package init() {}

    /// - Parameter age: of the hold, in milliseconds.
    package mutating func judge(_ look: HeldLook, of hold: HeldDrain, age: Int) -> Verdict {
        guard let mark = look.mark, mark.belongs(to: hold.run, by: hold.epoch) else { return .ended }
        if let heartbeat = look.heartbeat, heartbeat != lastHeartbeat {
            if lastHeartbeat != nil { renewals += 1 }
            lastHeartbeat = heartbeat
        }
        guard look.ready else { return .keep }
        if look.version == hold.target, renewals >= 2 { return .giveBack }
        // After the limit a running install cannot exist any more; renewals show that this Ready is not a stale one.
        if age >= hold.limit, renewals >= 2 { return .giveBack }
        return .keep
    }
}
