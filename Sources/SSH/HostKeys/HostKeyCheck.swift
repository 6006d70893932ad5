/// Decides whether the host is the one we mean.
struct HostKeyCheck {
    let destination: Destination
    let policy: HostKeyPolicy
    let loop: EventLoop
    let deadline: Deadline

    /// What is known of the host, read on a thread of its own.
    func known() async throws(SSHError) -> KnownHosts {
        let destination = destination
        let result = try await loop.blocking("reading known_hosts", until: deadline) {
            Result { () throws(SSHError) in
                var known = try KnownHosts(files: destination.knownHostsFiles, name: destination.knownHostsName)
                try known.revoke(by: destination.revocationFiles, name: destination.knownHostsName)
                if let file = destination.revokedKeysFile { try known.revoke(keysIn: file) }
                return known
            }
        }
        return try result.get()
    }

    /// - Returns: whether the key is new and was written to the first known_hosts file.
    /// - Throws: `hostKeyUnknown`, `hostKeyChanged` or `hostKeyRevoked`, each with the fingerprint.
    func judge(_ native: NativeKey, against known: KnownHosts) async throws(SSHError) -> Bool {
        let key = HostKey(native)
        switch known.verdict(on: native) {
        case .known: return false
        case .changed(let entry): throw changed(key, entry)
        case .revoked(let entry): throw revoked(key, entry)
        case .unknown:
            guard case .acceptNew(let confirm) = policy, await confirm(key) else { throw unknown(key) }
            try await remember(native)
            return true
        }
    }

    private func remember(_ key: NativeKey) async throws(SSHError) {
        guard let path = destination.knownHostsFiles.first, let base64 = key.base64 else {
            throw SSHError(
                .knownHostsUnusable, "\(destination.label): there is no known_hosts file to write the new key to",
                wayOut: "set UserKnownHostsFile")
        }
        let line = "\(destination.knownHostsName) \(key.type) \(base64)"
        let result = try await loop.blocking("writing known_hosts", until: deadline) {
            Result { () throws(SSHError) in try KnownHostsFile(path: path).add(line: line) }
        }
        try result.get()
    }

    private func unknown(_ key: HostKey) -> SSHError {
        SSHError(
            .hostKeyUnknown, "the host key of \(destination.label) is not known: \(key)",
            wayOut:
                "compare it with `ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub` on the host's own console, then accept it"
        )
    }

    private func changed(_ key: HostKey, _ entry: KnownHosts.Entry) -> SSHError {
        let name = destination.knownHostsName
        return SSHError(
            .hostKeyChanged,
            "the host key of \(destination.label) has changed: it shows \(key), but line \(entry.line) of \(entry.file) has \(HostKey(entry.key))",
            cause: "either the host was installed anew, or someone stands between",
            wayOut:
                "find out which; if the new key is right, remove the old one with `ssh-keygen -R '\(name)' -f '\(entry.file)'`"
        )
    }

    private func revoked(_ key: HostKey, _ entry: KnownHosts.Entry) -> SSHError {
        SSHError(
            .hostKeyRevoked,
            "the host key of \(destination.label), \(key), is revoked by line \(entry.line) of \(entry.file)",
            wayOut: "give the host a new key")
    }
}
