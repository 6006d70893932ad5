/// The first field of a known_hosts line, matched against a host's name: sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT".
enum KnownHostPattern {
    /// Whether a list of patterns takes the name. A negated pattern that matches wins over all others. Hashed names
    /// are for `KnownHosts`: their hash is libssh's matter.
    static func matches(_ list: some StringProtocol, name: String) -> Bool {
        var found = false
        for pattern in list.split(separator: ",") {
            let isNegated = pattern.hasPrefix("!")
            let glob = Array((isNegated ? pattern.dropFirst() : pattern).lowercased().utf8)
            guard matches(glob, Array(name.lowercased().utf8)) else { continue }
            if isNegated { return false }
            found = true
        }
        return found
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
