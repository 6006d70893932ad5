/// Where to connect, as whom, and with what: all that is to be known before the first packet.
package struct Destination: Sendable, Hashable {
    /// Where an ssh-agent is asked.
    package enum Agent: Sendable, Hashable {
        case none
        /// The path of its unix socket.
        case socket(String)
    }

    /// What the operator calls the host.
    package var name: String
    /// A host name or a numeric address.
    package var host: String
    /// 1 to 65535.
    package var port: Int
    package var user: String
    /// Private key files, tried in this order; those that aren't there are passed over.
    package var identityFiles: [String]
    /// Whether only the keys of `identityFiles` are offered, and no other key of the ssh-agent.
    package var identitiesOnly = false
    package var agent: Agent = .none
    /// The files whose keys are trusted. The first is the one that new keys are written to.
    package var knownHostsFiles: [String]
    /// Files of the same form, of which only `@revoked` lines count.
    package var revocationFiles: [String] = []
    /// A file of public keys that no host may show, one a line; if it cannot be read, none may be shown.
    package var revokedKeysFile: String?
    /// The name that the host has in known_hosts, if it is not `host`.
    package var hostKeyAlias: String?
    package var addressFamily: AddressFamily = .any
    /// `[user@]host[:port]` of the jump hosts, nearest first.
    package var jumps: [String] = []
    /// A program that the SSH configuration connects through, which is not done here: there have to be `jumps` instead.
    package var proxyCommand: String?
    /// The configuration file that the jump hosts' `ssh` reads; nil for the user's own.
    package var configurationFile: String?
    /// What the SSH configuration asks for and this library does not do.
    package var warnings: [String] = []

    package init(
        name: String? = nil, host: String, port: Int = 22, user: String, identityFiles: [String] = [],
        knownHostsFiles: [String]
    ) {
        self.name = name ?? host
        self.host = host
        self.port = port
        self.user = user
        self.identityFiles = identityFiles
        self.knownHostsFiles = knownHostsFiles
    }

    /// For messages: `name (host:port)`, or `host:port` if they are the same.
    package var label: String {
        let address = UntrustedText.cleaned(HostPort.text(host: host, port: port), limit: 300)
        return name == host ? address : "\(UntrustedText.cleaned(name, limit: 100)) (\(address))"
    }

    /// The name under which known_hosts lists the host: `[host]:port` unless the port is 22.
    package var knownHostsName: String {
        if let hostKeyAlias { return hostKeyAlias.lowercased() }
        return port == 22 ? host.lowercased() : "[\(host.lowercased())]:\(port)"
    }

    /// - Throws: `configurationInvalid` for what no program could use, or could take for an option.
    package func validate() throws(SSHError) {
        func require(_ condition: Bool, _ what: String, _ wayOut: String) throws(SSHError) {
            guard condition else {
                throw SSHError(.configurationInvalid, "\(label): \(what)", wayOut: wayOut)
            }
        }
        try require(Self.isWord(host), "the host is no name and no address", "correct it in the inventory")
        try require((1...65535).contains(port), "\(port) is no port", "give one from 1 to 65535")
        try require(Self.isWord(user), "the user's name is not usable", "correct it in the inventory")
        try require(
            jumps.count <= Self.mostJumps, "ProxyJump names \(jumps.count) hosts, and \(Self.mostJumps) are gone over",
            "name fewer in the SSH configuration or the inventory")
        for jump in jumps {
            try require(Self.isJump(jump), "ProxyJump names no host", "correct it in the SSH configuration")
        }
        try require(
            proxyCommand == nil || !jumps.isEmpty, "the SSH configuration sets ProxyCommand, which is not used here",
            "give the way as ProxyJump there, or as `proxyJump` in the inventory")
    }

    /// Each is named in the command of the next, whose quoting multiplies with every one.
    private static let mostJumps = 6

    /// `[user@]host[:port]`, or the same as a URL: nothing that a shell reads, since some pass through one.
    private static func isJump(_ text: String) -> Bool {
        isWord(text)
            && text.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
                    || "._-:%@[]/".utf8.contains(byte)
            }
    }

    /// Not empty, no option, no blanks and controls.
    private static func isWord(_ text: String) -> Bool {
        !text.isEmpty && !text.hasPrefix("-") && text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7f }
    }
}
