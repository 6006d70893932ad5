/// A release that the site serves badly: `corrupt@VERSION`, `missing@VERSION`, `slow@VERSION`, `slow=BYTES@VERSION`.
struct SiteFault: Sendable, Equatable {
    enum Kind: Sendable, Equatable {
        /// One byte of the program is wrong; its checksum in the list is the right one's.
        case corrupt
        /// Nothing of the release is there.
        case missing
        case slow(bytesPerSecond: Int)
    }

    let kind: Kind
    let version: String

    init?(_ text: String) {
        let parts = text.split(separator: "@", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { return nil }
        version = parts[1]
        let words = parts[0].split(separator: "=", maxSplits: 1).map(String.init)
        switch (words[0], words.count) {
        case ("corrupt", 1): kind = .corrupt
        case ("missing", 1): kind = .missing
        case ("slow", 1): kind = .slow(bytesPerSecond: 1 << 20)
        case ("slow", 2):
            guard let rate = Int(words[1]), rate > 0 else { return nil }
            kind = .slow(bytesPerSecond: rate)
        default: return nil
        }
    }
}
