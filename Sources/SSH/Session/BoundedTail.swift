/// The end of a stream, and how much of its beginning was dropped.
package struct BoundedTail: Sendable {
    /// At most this many bytes are kept.
    package let limit: Int
    private var total: UInt64 = 0
    private var stored: [UInt8] = []

    package init(limit: Int) { self.limit = limit }

    /// How many bytes were dropped before those that are kept.
    package var dropped: UInt64 { total > UInt64(limit) ? total - UInt64(limit) : 0 }

    /// The last bytes, oldest first.
    package var bytes: [UInt8] { Array(stored.suffix(limit)) }

    /// The bytes on one line, fit for a terminal.
    package var text: String { UntrustedText.cleaned(bytes: bytes.suffix(4000), limit: 1000) }

    package var isEmpty: Bool { stored.isEmpty }

    mutating func append(_ new: some Collection<UInt8>) {
        total += UInt64(new.count)
        stored += new.suffix(limit)
        // Cutting only when twice the limit is stored makes appending cheap.
        if stored.count > 2 * limit { stored.removeFirst(stored.count - limit) }
    }
}
