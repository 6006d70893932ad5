extension K3sConfiguration {
    /// Every value given under a name that speaks of a secret, to be kept out of whatever is printed or kept.
    package var secrets: Set<Secret> {
        var found: Set<Secret> = []
        for (index, word) in arguments.enumerated() where Self.isSecret(word.literal.prefix { $0 != "=" }) {
            if let equals = word.literal.firstIndex(of: "=") {
                found.insert(Secret(String(word.literal[word.literal.index(after: equals)...])))
            } else if word.literal.hasPrefix("-"), index + 1 < arguments.count {
                found.insert(Secret(arguments[index + 1].literal))
            }
        }
        for (name, value) in environment where Self.isSecret(name) { found.insert(value) }
        for entry in entries where Self.isSecret(entry.key) {
            switch entry.value {
            case .text(let value): found.insert(value)
            case .list(let values): found.formUnion(values)
            case .unclear: continue
            }
        }
        // A credential inside an address is a secret by itself: programs print it without the rest.
        for address in found {
            guard let at = address.revealed.lastIndex(of: "@") else { continue }
            let user = address.revealed[..<at]
            if let colon = user.lastIndex(of: ":") { found.insert(Secret(String(user[user.index(after: colon)...]))) }
        }
        return found.filter { $0.revealed.utf8.count >= Scrubber.shortest }
    }

    private static func isSecret(_ name: some StringProtocol) -> Bool {
        let words = ["token", "secret", "password", "endpoint", "access-key", "access_key", "vpn-auth", "vpn_auth"]
        let flat = name.lowercased()
        // token-file and its like name a place, not the secret.
        guard !flat.hasSuffix("file") else { return false }
        return flat == "-t" || words.contains { flat.contains($0) }
    }
}
