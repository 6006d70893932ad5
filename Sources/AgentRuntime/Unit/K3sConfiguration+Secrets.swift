extension K3sConfiguration {
    /// Every value given under a name that speaks of a secret, to be kept out of whatever is printed or kept.
    package var secrets: Set<Secret> {
        var found: Set<Secret> = []
        for (index, word) in arguments.enumerated() {
            let assignment = word.literal.assignment
            guard Self.isSecret(assignment?.name ?? word.literal[...]) else { continue }
            if let assignment {
                found.insert(Secret(String(assignment.value)))
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
            let scalars = address.revealed.unicodeScalars
            guard let at = scalars.lastIndex(of: "@"), let colon = scalars[..<at].lastIndex(of: ":") else { continue }
            found.insert(Secret(String(scalars[scalars.index(after: colon)..<at])))
        }
        return found.filter { $0.revealed.utf8.count >= Scrubber.shortest }
    }

    /// `HTTP_PROXY`, `HTTPS_PROXY`, `NO_PROXY` of k3s' environment, in whichever case, for downloads of our own.
    package var proxies: [String: Secret] {
        environment.filter { ["http_proxy", "https_proxy", "no_proxy"].contains($0.key.lowercased()) }
    }

    private static func isSecret(_ name: some StringProtocol) -> Bool {
        let words = ["token", "secret", "password", "endpoint", "access-key", "access_key", "vpn-auth", "vpn_auth"]
        let flat = name.lowercased()
        // token-file and its like name a place, not the secret.
        guard !flat.hasSuffix("file") else { return false }
        return flat == "-t" || words.contains { flat.contains($0) }
    }
}
