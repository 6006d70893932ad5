internal import Wire

/// The nonce that is out: one at a time, since a grant on an older one was meant for a moment that a newer question has
/// put an end to. Each is taken back once. In memory only, so that a restart of the agent voids every grant that is
/// still on its way.
struct NonceBook: Hashable, Sendable {
    private struct Issue: Hashable {
        let nonce: Nonce
        let at: Int
    }

    private var next: UInt64
    private var out: Issue?

    /// - Parameter seed: random, so that no nonce of an earlier life of this agent is taken for one of this.
    init(seed: UInt64) { next = seed }

    /// The nonce that is issued next.
    var upcoming: Nonce { Nonce(next) }

    mutating func issue(at now: Int) -> Nonce {
        let nonce = Nonce(next)
        next &+= 1
        out = Issue(nonce: nonce, at: now)
        return nonce
    }

    /// When `nonce` was issued, in milliseconds; nil where it is not the one that is out. It is spent now.
    mutating func spend(_ nonce: Nonce) -> Int? {
        guard let issue = out, issue.nonce == nonce else { return nil }
        out = nil
        return issue.at
    }
}
