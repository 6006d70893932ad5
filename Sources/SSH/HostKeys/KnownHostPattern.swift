/// The first field of a known_hosts line, matched against a host's name: sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT".
package enum KnownHostPattern {
    /// Whether a list of patterns takes the name. A negated pattern that matches wins over all others. Hashed names
    /// are for `KnownHosts`: their hash is libssh's matter.
    package static func matches(_ list: some StringProtocol, name: String) -> Bool {
        let name = lowercased(name.utf8)
        var found = false
        // By bytes: to sshd a comma ends a pattern whatever stands behind it, a combining mark too.
        for pattern in list.utf8.split(separator: UInt8(ascii: ",")) {
            let isNegated = pattern.first == UInt8(ascii: "!")
            guard matches(lowercased(isNegated ? pattern.dropFirst() : pattern), name) else { continue }
            if isNegated { return false }
            found = true
        }
        return found
    }

    private static func lowercased(_ text: some Sequence<UInt8>) -> [UInt8] {
        text.map { (65...90).contains($0) ? $0 + 32 : $0 }
    }

    /// `*` stands for any characters, `?` for one. Linear in space and at worst quadratic in time.
    private static func matches(_ glob: [UInt8], _ name: [UInt8]) -> Bool {
        var (g, n) = (0, 0)
        var retry: (glob: Int, name: Int)?
        while n < name.count {
            if g < glob.count, glob[g] == UInt8(ascii: "*") {
                retry = (g + 1, n)
                g += 1
            } else if g < glob.count, glob[g] == UInt8(ascii: "?") || glob[g] == name[n] {
                g += 1
                n += 1
            } else if let last = retry {
                retry = (last.glob, last.name + 1)
                (g, n) = (last.glob, last.name + 1)
            } else {
                return false
            }
        }
        return glob[g...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}
