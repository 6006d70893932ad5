internal import Wire

/// The nonces that are out: each is issued once, taken back once, and forgotten when a grant on it could not live any
/// more. In memory only, so that a restart of the agent voids every grant that is still on its way.
struct NonceBook: Hashable, Sendable {
    /// More than a coordinator that behaves ever has out at once.
    static let capacity = 16

    private var next: UInt64
    private var issued: [(nonce: Nonce, at: Int)] = []

    /// - Parameter seed: random, so that no nonce of an earlier life of this agent is taken for one of this.
    init(seed: UInt64) { next = seed }

    /// The nonce that is issued next.
    var upcoming: Nonce { Nonce(next) }

    mutating func issue(at now: Int) -> Nonce {
        let nonce = Nonce(next)
        next &+= 1
        issued.removeAll { now - $0.at >= Lease.longestLife }
        if issued.count == Self.capacity { issued.removeFirst() }
        issued.append((nonce, now))
        return nonce
    }

    /// When `nonce` was issued, in milliseconds; nil where it was not, was spent, or is forgotten. It is spent now.
    mutating func spend(_ nonce: Nonce) -> Int? {
        guard let index = issued.firstIndex(where: { $0.nonce == nonce }) else { return nil }
        return issued.remove(at: index).at
    }

    static func == (left: NonceBook, right: NonceBook) -> Bool {
        left.next == right.next && left.issued.elementsEqual(right.issued) { $0 == $1 }
    }

    func hash(into hasher: inout Hasher) { hasher.combine(next) }
}
