/// The moment when a wait ends without what it waited for. Waits that share a deadline share the time.
package struct Deadline: Sendable, Hashable, Comparable {
    /// `ContinuousClock` goes on while the machine sleeps.
    package let instant: ContinuousClock.Instant

    /// The moment `duration` from now.
    package static func after(_ duration: Duration) -> Deadline {
        Deadline(instant: .now.advanced(by: duration))
    }

    package init(instant: ContinuousClock.Instant) { self.instant = instant }

    /// What is left of it, never below zero.
    package var remaining: Duration { max(.zero, ContinuousClock.now.duration(to: instant)) }

    package var hasPassed: Bool { remaining == .zero }

    package static func < (left: Deadline, right: Deadline) -> Bool { left.instant < right.instant }
}

extension Duration {
    /// Whole and decimal seconds for people, such as `2.5 s`.
    var inSeconds: String {
        let tenths = (components.seconds * 10) + (components.attoseconds / 100_000_000_000_000_000)
        return tenths % 10 == 0 ? "\(tenths / 10) s" : "\(tenths / 10).\(tenths % 10) s"
    }
}
