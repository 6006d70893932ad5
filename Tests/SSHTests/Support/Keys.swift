@testable import SSH

/// Key files, by `ssh-keygen`.
enum Keys {
    static func make(_ path: String, type: String = "ed25519", passphrase: String = "") async throws {
        try await tool(["ssh-keygen", "-q", "-t", type, "-N", passphrase, "-C", "test", "-f", path])
    }

    /// As `ssh-keygen -l` shows it.
    static func fingerprint(_ path: String) async throws -> String {
        let output = try await tool(["ssh-keygen", "-l", "-E", "sha256", "-f", path])
        return String(output.split(separator: " ")[1])
    }

    @discardableResult
    static func tool(_ arguments: [String]) async throws -> String {
        try await Command.output(of: arguments, until: .after(.seconds(60)), purpose: arguments.joined(separator: " "))
    }
}
