internal import Wire

/// A private folder on a node for as long as an installation takes. The node makes it and chooses its name, so that
/// nobody there can have put something in its place.
struct RemoteFolder<Login: RemoteLogin>: Sendable {
    let path: String
    private let node: NodeName
    private let login: Login

    /// Throws `remote-folder-failed`.
    static func make(
        in parent: String, node: NodeName, by login: Login
    ) async throws(CoordinatorError) -> RemoteFolder {
        let template = "\(parent)/k3s-upgrade.XXXXXXXXXX"
        let result = try await login.run(["mktemp", "-d", template])
        let path = result.text.trimmed
        guard result.succeeded, isOurs(path, parent: parent) else {
            throw CoordinatorError(
                .remoteFolderFailed, .failed, "cannot make a folder in \(parent) on \(node): \(result.brief)",
                wayOut: "free some space there, or name another folder with --remote-temporary")
        }
        return RemoteFolder(path: path, node: node, login: login)
    }

    /// What is removed later with all that is in it has to be what was asked for.
    private static func isOurs(_ path: String, parent: String) -> Bool {
        let prefix = "\(parent)/k3s-upgrade."
        return path.hasPrefix(prefix)
            && path.dropFirst(prefix.count).utf8.count == 10
            && path.dropFirst(prefix.count).utf8.allSatisfy { byte in
                (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
            }
    }

    /// Pushes the program, proves that it arrived whole, and makes it one that can be run.
    ///
    /// Throws `push-failed`.
    ///
    /// - Returns: its path on the node.
    func receive(_ program: AgentProgram) async throws(CoordinatorError) -> String {
        let place = "\(path)/k3s-upgrade-agent"
        // For as long as 15 MB take at 50 kB/s.
        let written = try await login.run(
            ["dd", "of=\(place)", "bs=65536", "status=none"], file: program.path, deadline: .seconds(300))
        guard written.succeeded else { throw pushFailed(written.brief) }
        let hashed = try await login.run(["sha256sum", "--", place])
        guard hashed.succeeded, hashed.text.split(separator: " ").first.map(String.init) == program.sha256 else {
            throw pushFailed("what arrived has another SHA-256 than \(program.path)")
        }
        let marked = try await login.run(["chmod", "0700", "--", place])
        guard marked.succeeded else { throw pushFailed(marked.brief) }
        return place
    }

    /// Best effort: what stays behind is private and in a folder that the node sweeps.
    func remove() async {
        _ = try? await login.run(["rm", "-rf", "--", path])
    }

    private func pushFailed(_ reason: String) -> CoordinatorError {
        CoordinatorError(
            .pushFailed, .failed, "the agent did not get to \(path) on \(node): \(reason)",
            wayOut: "look at the free space there and run the same command again")
    }
}

extension CoordinatorError.Code {
    package static let remoteFolderFailed = Self(rawValue: "remote-folder-failed")
    package static let pushFailed = Self(rawValue: "push-failed")
}
