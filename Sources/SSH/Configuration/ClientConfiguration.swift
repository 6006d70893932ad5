/// What `ssh -G` prints: the configuration that OpenSSH itself would use for a host, one `keyword value` a line.
///
/// libssh has a reader of its own, but it gives back only one identity and one known_hosts file, says nothing of the
/// options it passes over, and obeys StrictHostKeyChecking=no.
package struct ClientConfiguration: Sendable {
    private let values: [String: [String]]

    package init(parsing output: String) {
        var values: [String: [String]] = [:]
        for line in output.split(separator: "\n") {
            let parts = line.split(separator: " ", maxSplits: 1)
            guard parts.count == 2 else { continue }
            values[parts[0].lowercased(), default: []].append(String(parts[1]).trimmingSpaces)
        }
        self.values = values
    }

    /// The value of an option; nil where it is not set or set to `none`.
    func first(_ keyword: String) -> String? {
        values[keyword]?.first.flatMap { $0 == "none" ? nil : $0 }
    }

    func all(_ keyword: String) -> [String] { values[keyword] ?? [] }

    /// The destination that this configuration describes.
    /// - Parameters:
    ///   - name: the host as the operator calls it.
    ///   - home: the home directory, for `~` and `%d`.
    ///   - localUser: for `%u`.
    ///   - agentSocket: SSH_AUTH_SOCK.
    package func destination(name: String, home: String, localUser: String, agentSocket: String?) -> Destination {
        let host = first("hostname") ?? name
        let port = first("port").flatMap { Int($0) } ?? 22
        let user = first("user") ?? localUser
        var warnings = ignored.map { "\(name): the SSH configuration's \($0.options) is not used here: \($0.instead)" }

        let tokens: [Character: String] = [
            "%": "%", "d": home, "h": host, "n": name, "p": String(port), "r": user, "u": localUser,
        ]
        func path(_ text: String) -> String? {
            guard let expanded = Self.expand(text, home: home, tokens: tokens) else {
                warnings.append("\(name): \(UntrustedText.cleaned(text)) has a token that is not known here: left out")
                return nil
            }
            return expanded
        }

        var destination = Destination(
            name: name, host: host, port: port, user: user,
            identityFiles: all("identityfile").filter { $0 != "none" }.compactMap(path),
            knownHostsFiles: ["userknownhostsfile", "globalknownhostsfile"]
                .flatMap { first($0)?.split(separator: " ").map(String.init) ?? [] }.compactMap(path))
        destination.identitiesOnly = first("identitiesonly") == "yes"
        let agent = first("identityagent").map { $0 == "SSH_AUTH_SOCK" ? agentSocket : path($0) } ?? agentSocket
        let isAgentOff = values["identityagent"] == ["none"]
        if let agent, !agent.isEmpty, !isAgentOff { destination.agent = .socket(agent) }
        destination.hostKeyAlias = first("hostkeyalias")
        destination.addressFamily = first("addressfamily").flatMap(AddressFamily.init) ?? .any
        // One whose name is not understood is not found later, and then nobody is trusted.
        destination.revokedKeysFile = first("revokedhostkeys").map { Self.expand($0, home: home, tokens: tokens) ?? $0 }
        destination.proxyCommand = first("proxycommand")
        destination.jumps = first("proxyjump")?.split(separator: ",").map(String.init) ?? []
        destination.warnings = warnings
        return destination
    }

    /// Options that are set and not obeyed, with what happens instead. (Debian's ssh sets ServerAliveInterval to 300 for
    /// whoever is asked nothing.)
    private var ignored: [(options: String, instead: String)] {
        let rules: [(keyword: String, option: String, isDefault: (String) -> Bool, instead: String)] = [
            ("certificatefile", "CertificateFile", { _ in false }, "only plain keys are offered"),
            (
                "preferredauthentications", "PreferredAuthentications", { $0 == "publickey" },
                "only public keys are tried"
            ),
            (
                "serveraliveinterval", "ServerAliveInterval", { $0 == "0" || $0 == "300" },
                "dead peers are found out in any case"
            ),
            ("serveralivecountmax", "ServerAliveCountMax", { $0 == "3" }, "dead peers are found out in any case"),
            ("controlmaster", "ControlMaster", { $0 == "false" || $0 == "no" }, "connections are not shared"),
            ("controlpath", "ControlPath", { _ in false }, "connections are not shared"),
            ("controlpersist", "ControlPersist", { $0 == "no" }, "connections are not shared"),
            (
                "stricthostkeychecking", "StrictHostKeyChecking", { $0 == "ask" || $0 == "true" || $0 == "yes" },
                "host keys are always checked"
            ),
            ("knownhostscommand", "KnownHostsCommand", { _ in false }, "only known_hosts files are read"),
            ("bindaddress", "BindAddress", { _ in false }, "the system chooses the source address"),
            ("bindinterface", "BindInterface", { _ in false }, "the system chooses the interface"),
        ]
        var said: [(options: String, instead: String)] = []
        for rule in rules {
            guard let value = first(rule.keyword), !rule.isDefault(value) else { continue }
            if let index = said.firstIndex(where: { $0.instead == rule.instead }) {
                said[index].options += ", \(rule.option)"
            } else {
                said.append((rule.option, rule.instead))
            }
        }
        return said
    }

    /// `~` at the beginning and `%` tokens; nil for a token that is not in the table, or another user's home.
    private static func expand(_ text: String, home: String, tokens: [Character: String]) -> String? {
        var result = ""
        var rest = text[...]
        if rest == "~" || rest.hasPrefix("~/") {
            result = home
            rest = rest.dropFirst()
        } else if rest.hasPrefix("~") {
            return nil
        }
        while let character = rest.popFirst() {
            guard character == "%" else {
                result.append(character)
                continue
            }
            guard let token = rest.popFirst(), let value = tokens[token] else { return nil }
            result += value
        }
        return result
    }
}
