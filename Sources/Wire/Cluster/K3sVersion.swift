/// A K3s release, in K3s' own grammar: `v1.35.1+k3s1`, `v1.36.0-rc2+k3s1`.
///
/// Semantic versioning calls `+k3sN` build metadata and compares it as equal; here a higher N is a newer release,
/// because K3s publishes N=2 to mend N=1.
package struct K3sVersion: Hashable, Sendable {
    /// A pre-release's kind, in the order K3s publishes them.
    package enum Stage: Int, Sendable, Comparable {
        case alpha, beta, rc, final

        package static func < (left: Stage, right: Stage) -> Bool { left.rawValue < right.rawValue }

        /// The word in the version's text; nil for a final release.
        var word: String? {
            switch self {
            case .alpha: "alpha"
            case .beta: "beta"
            case .rc: "rc"
            case .final: nil
            }
        }
    }

    package let major: Int
    package let minor: Int
    package let patch: Int
    package let stage: Stage
    /// The number behind alpha, beta or rc; 0 for a final release.
    package let stageNumber: Int
    /// N of `+k3sN`.
    package let build: Int

    /// Reads exactly the grammar `v1.2.3[-(alpha|beta|rc)N]+k3sN`; nil for anything else, a container tag's `-k3s1`
    /// included.
    package init?(_ text: String) {
        guard text.utf8.count <= 64, text.hasPrefix("v") else { return nil }
        let halves = text.dropFirst().split(separator: "+", omittingEmptySubsequences: false)
        guard halves.count == 2, halves[1].hasPrefix("k3s"), let build = Self.number(halves[1].dropFirst(3)) else {
            return nil
        }
        let parts = halves[0].split(separator: "-", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count) else { return nil }
        let numbers = parts[0].split(separator: ".", omittingEmptySubsequences: false).map(Self.number)
        guard numbers.count == 3, let major = numbers[0], let minor = numbers[1], let patch = numbers[2] else {
            return nil
        }
        (self.major, self.minor, self.patch, self.build) = (major, minor, patch, build)
        guard parts.count == 2 else {
            (stage, stageNumber) = (.final, 0)
            return
        }
        for candidate in [Stage.alpha, .beta, .rc] {
            if let word = candidate.word, parts[1].hasPrefix(word), let n = Self.number(parts[1].dropFirst(word.count))
            {
                (stage, stageNumber) = (candidate, n)
                return
            }
        }
        return nil
    }

    /// A run of at most nine ASCII digits without a leading zero, or nil.
    private static func number(_ text: Substring) -> Int? {
        guard (1...9).contains(text.utf8.count), text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
        guard text.utf8.count == 1 || text.utf8.first != 48 else { return nil }
        return Int(text)
    }

    /// Whether `other` is of the same minor, `v1.34` say.
    package func isSameMinor(as other: K3sVersion) -> Bool { major == other.major && minor == other.minor }

    /// The name of this minor's release channel, `v1.34`.
    package var channel: String { "v\(major).\(minor)" }
}

extension K3sVersion: CustomStringConvertible {
    package var description: String {
        let suffix = stage.word.map { "-\($0)\(stageNumber)" } ?? ""
        return "v\(major).\(minor).\(patch)\(suffix)+k3s\(build)"
    }
}

extension K3sVersion: Comparable {
    private var rank: (Int, Int, Int, Int, Int, Int) { (major, minor, patch, stage.rawValue, stageNumber, build) }

    package static func < (left: K3sVersion, right: K3sVersion) -> Bool { left.rank < right.rank }
}

extension K3sVersion: CodedAsText {}
