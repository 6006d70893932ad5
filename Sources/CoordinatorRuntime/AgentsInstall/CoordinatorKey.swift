internal import Processes
package import SystemPackage
package import Wire

/// The coordinator's own ed25519 key pair, which opens nothing but the agents.
package struct CoordinatorKey: Hashable, Sendable {
    /// Of the private key.
    package let path: FilePath
    package let publicKey: AuthorizedKey

    /// The key at `path`, made if there is none.
    ///
    /// Throws `key-unusable`, and what running ssh-keygen throws.
    package static func ensure(
        at path: FilePath, comment: String, commands: LocalCommands
    ) async throws(CoordinatorError) -> CoordinatorKey {
        let publicPath = FilePath(path.string + ".pub")
        try PrivateFolder.ensure(path.removingLastComponent())
        if try PrivateFile.isThere(path) {
            try PrivateFile.requirePrivate(path)
        } else {
            // Without a private key its public half is of no use, and ssh-keygen would ask before it overwrites one.
            try PrivateFile.remove(publicPath)
            // No passphrase: the key is used by a program, and opens only what the nodes' policy allows.
            try await keygen(
                ["-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", path.string], path: path, commands)
        }
        if let key = try publicKey(at: publicPath) { return CoordinatorKey(path: path, publicKey: key) }
        // ssh-keygen was ended between its two files, or somebody removed the second.
        let derived = try await keygen(["-y", "-P", "", "-f", path.string], path: path, commands)
        guard let key = AuthorizedKey(derived.outputText) else {
            throw unusable(path, "ssh-keygen printed no public key for it")
        }
        return CoordinatorKey(path: path, publicKey: key)
    }

    private static func publicKey(at path: FilePath) throws(CoordinatorError) -> AuthorizedKey? {
        do {
            let bytes = try BoundedFile.bytes(path, limit: 64 * 1024)
            guard let key = AuthorizedKey(String(decoding: bytes, as: UTF8.self)) else {
                throw unusable(path, "it holds no public key as OpenSSH writes one")
            }
            return key
        } catch let error as CoordinatorError {
            throw error
        } catch let error as BoundedFile.Failure {
            guard error == .missing else { throw unusable(path, "\(error)") }
            return nil
        } catch {
            throw unusable(path, "\(error)")
        }
    }

    @discardableResult
    private static func keygen(
        _ arguments: [String], path: FilePath, _ commands: LocalCommands
    ) async throws(CoordinatorError) -> ChildResult {
        let command = LocalCommand(.named("ssh-keygen"), arguments, deadline: .seconds(30))
        let result = try await commands.run(command)
        guard result.succeeded else {
            let last = result.errorOutput.split(whereSeparator: \.isNewline).last.map(String.init) ?? ""
            throw unusable(path, "ssh-keygen failed: \(last.cleaned(limit: 300))")
        }
        return result
    }

    static func unusable(_ path: FilePath, _ reason: String) -> CoordinatorError {
        CoordinatorError(
            .keyUnusable, .usage, "the coordinator's key \(path) cannot be used: \(reason)",
            wayOut: "move it away and a new one is made by `coordinator agents install`, or name another with "
                + "`ssh: {key: …}` in the inventory")
    }
}

extension CoordinatorError.Code {
    package static let keyUnusable = Self(rawValue: "key-unusable")
}
