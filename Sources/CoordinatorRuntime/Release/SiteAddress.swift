/// An `http://` or `https://` address to fetch from: no login in it, no query, no fragment, no trailing slash.
package struct SiteAddress: Hashable, Sendable {
    package let text: String

    /// Nil for anything else.
    package init?(_ text: String) {
        guard text.utf8.count <= 1000, let scheme = Self.schemes.first(where: { text.hasPrefix($0) }) else {
            return nil
        }
        let rest = text.dropFirst(scheme.count)
        let authority = rest.prefix { $0 != "/" }
        guard !authority.isEmpty, authority.utf8.allSatisfy(Self.isAuthority) else { return nil }
        guard rest.utf8.allSatisfy(Self.isPath) else { return nil }
        var trimmed = Substring(text)
        while trimmed.hasSuffix("/") { trimmed.removeLast() }
        self.text = String(trimmed)
    }

    /// For the constants of this file's callers, which are addresses by sight.
    fileprivate init(known text: StaticString) { self.text = text.description }

    package var isEncrypted: Bool { text.hasPrefix("https://") }

    /// This address with path components added. What RFC 3986 does not leave unreserved is percent-encoded, so that a
    /// version's `+` becomes `%2B`.
    package func appending(_ components: String...) -> SiteAddress {
        SiteAddress(unchecked: components.reduce(text) { "\($0)/\(Self.encoded($1))" })
    }

    private init(unchecked text: String) { self.text = text }

    private static let schemes = ["https://", "http://"]

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (97...122).contains(byte) || (65...90).contains(byte) || (48...57).contains(byte)
    }

    private static func isAuthority(_ byte: UInt8) -> Bool {
        isAlphanumeric(byte) || "-.:[]".utf8.contains(byte)
    }

    /// RFC 3986's unreserved characters and what a path may hold unencoded; not `?`, `#`, `@`, `{`, `}`, spaces.
    private static func isPath(_ byte: UInt8) -> Bool {
        isAlphanumeric(byte) || "-._~%!$&'()*+,;=:/[]".utf8.contains(byte)
    }

    private static func encoded(_ component: String) -> String {
        let digits = Array("0123456789ABCDEF")
        var result = ""
        for byte in component.utf8 {
            if isAlphanumeric(byte) || "-._~".utf8.contains(byte) {
                result.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                result += "%" + String(digits[Int(byte >> 4)]) + String(digits[Int(byte & 15)])
            }
        }
        return result
    }
}

extension SiteAddress: CustomStringConvertible {
    package var description: String { text }
}

/// Where K3s is released: the official places unless the inventory names others.
package struct ReleaseSite: Hashable, Sendable {
    /// Holds `download/<version>/<file>`.
    package var releases: SiteAddress
    /// The channel list.
    package var channels: SiteAddress
    /// The installer's text.
    package var installer: SiteAddress

    package init(
        releases: SiteAddress = SiteAddress(known: "https://github.com/k3s-io/k3s/releases"),
        channels: SiteAddress = SiteAddress(known: "https://update.k3s.io/v1-release/channels"),
        installer: SiteAddress = SiteAddress(known: "https://get.k3s.io")
    ) {
        self.releases = releases
        self.channels = channels
        self.installer = installer
    }
}
