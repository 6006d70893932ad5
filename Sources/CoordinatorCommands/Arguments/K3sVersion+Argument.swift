package import Wire

/// Why a text is no version that a run can aim at.
package struct VersionRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String
}

extension K3sVersion {
    /// For `@Option(transform:)`: reads a whole version, and tells anything else what is missing.
    @Sendable
    package static func argument(_ text: String) throws(VersionRefusal) -> K3sVersion {
        if let version = K3sVersion(text) { return version }
        let shown = "`\(text.cleaned(limit: 60))`"
        let list = "`coordinator status` lists the newest patch and the next minor"
        if let version = completed(text) {
            throw VersionRefusal(description: "\(shown) is no K3s version; did you mean \(version)? \(list).")
        }
        if text.looksLikeMinor {
            throw VersionRefusal(
                description:
                    "\(shown) is a whole minor, and a run needs one release of it, as in \(text.withV).1+k3s1. \(list)."
            )
        }
        if text.utf8.first.map(isLetter) == true, !text.hasPrefix("v") {
            throw VersionRefusal(
                description: "\(shown) is a channel, and a channel can move, even backwards, while a run lasts: "
                    + "name one version, as in v1.35.1+k3s1. \(list).")
        }
        throw VersionRefusal(description: "\(shown) is no K3s version; one looks like v1.35.1+k3s1. \(list).")
    }

    /// The version that was probably meant: without its `v`, without `+k3sN`, or with a container tag's `-k3sN`.
    private static func completed(_ text: String) -> K3sVersion? {
        var candidate = text.withV
        if let dash = candidate.firstRange(of: "-k3s"), !candidate.contains("+") {
            candidate.replaceSubrange(dash, with: "+k3s")
        }
        return K3sVersion(candidate) ?? K3sVersion(candidate + "+k3s1")
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (97...122).contains(byte) || (65...90).contains(byte) }
}

extension String {
    fileprivate var withV: String { hasPrefix("v") ? self : "v\(self)" }

    /// `v1.35`, `1.35`.
    fileprivate var looksLikeMinor: Bool {
        let parts = withV.dropFirst().split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 2
            && parts.allSatisfy { (1...4).contains($0.utf8.count) && $0.utf8.allSatisfy { (48...57).contains($0) } }
    }
}
