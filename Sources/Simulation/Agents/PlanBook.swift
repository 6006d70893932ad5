internal import AgentCore
internal import Synchronization
internal import Wire

/// Plans and their digests by text: each is read once and then known, however many agents store it.
final class PlanBook: Sendable {
    private struct Entry: Sendable {
        let text: String
        let plan: Plan
        let digest: String
    }

    private let entries = Mutex<[Entry]>([])

    var reader: PlanReader {
        PlanReader { [self] text throws(FrameCodec.Malformed) in try entry(text).plan }
    }

    func digest(_ text: String) -> String { (try? entry(text).digest) ?? Self.digest(of: text) }

    /// Enters a plan that was just written, so that it need not be read.
    func enter(_ text: String, _ plan: Plan) {
        let entry = Entry(text: text, plan: plan, digest: Self.digest(of: text))
        entries.withLock { $0.append(entry) }
    }

    private func entry(_ text: String) throws(FrameCodec.Malformed) -> Entry {
        if let known = entries.withLock({ $0.first { $0.text == text } }) { return known }
        let plan = try FrameCodec.decodeStrictly(Plan.self, from: Array(text.utf8))
        let entry = Entry(text: text, plan: plan, digest: Self.digest(of: text))
        entries.withLock { $0.append(entry) }
        return entry
    }

    /// Enough of a digest where nobody forges (FNV-1a).
    private static func digest(of text: String) -> String {
        String(text.utf8.reduce(UInt64(0xcbf2_9ce4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }, radix: 16)
    }
}
