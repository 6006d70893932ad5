internal import Processes
internal import SystemPackage

/// The account that the coordinator's key opens, as sshd needs it: a real shell, a home of root's, a password that
/// nobody has.
struct LoginAccount {
    let root: SystemRoot
    let runner: CommandRunner

    private static let deadline: Duration = .seconds(30)

    /// Makes the account, or mends what differs.
    ///
    /// - Returns: its numbers, and whether anything was changed.
    func ensure() async throws(NodeError) -> (owner: FileOwner, changed: Bool) {
        let accounts = AccountFiles(root: root)
        var changed = false
        if try accounts.user(AgentPlaces.account) == nil {
            try await create()
            changed = true
        }
        guard let user = try accounts.user(AgentPlaces.account), let group = try accounts.group(AgentPlaces.account)
        else {
            throw NodeError(
                .accountUnusable,
                "the account \(AgentPlaces.account) and its group are not in /etc/passwd and /etc/group",
                wayOut: "make them by hand: useradd --system --user-group \(AgentPlaces.account)")
        }
        guard user.id != 0, group != 0 else {
            throw NodeError(
                .accountUnusable, "the account \(AgentPlaces.account) has root's number",
                wayOut: "remove that account, then install again")
        }
        let arguments = try corrections(of: user, group: group)
        if !arguments.isEmpty {
            try await runner.require(
                Command(.named("usermod"), arguments + ["--", AgentPlaces.account], deadline: Self.deadline))
            changed = true
        }
        return (FileOwner(user: user.id, group: group), changed)
    }

    /// `usermod`'s options for what is not as it has to be.
    private func corrections(of user: AccountFiles.User, group: UInt32) throws(NodeError) -> [String] {
        var arguments: [String] = []
        if user.shell != AgentPlaces.shell { arguments += ["--shell", AgentPlaces.shell] }
        if user.home != AgentPlaces.home.string { arguments += ["--home", AgentPlaces.home.string] }
        if user.group != group { arguments += ["--gid", AgentPlaces.account] }
        if try !AccountFiles(root: root).hasStarredPassword(user.name) { arguments += ["--password", "*"] }
        return arguments
    }

    private func create() async throws(NodeError) {
        do {
            try await runner.require(
                Command(
                    .named("systemd-sysusers"), [root.path(PackagedFile.account.path).string], deadline: Self.deadline))
        } catch {
            // Where systemd was built without it.
            guard error.code == .commandMissing else { throw error }
            try await runner.require(
                Command(
                    .named("useradd"),
                    [
                        "--system", "--user-group", "--no-create-home", "--home-dir", AgentPlaces.home.string,
                        "--shell", AgentPlaces.shell, "--", AgentPlaces.account,
                    ], deadline: Self.deadline))
        }
    }

    /// Takes the account and its group away; none there is fine. Returns whether there was one.
    func remove() async throws(NodeError) -> Bool {
        let accounts = AccountFiles(root: root)
        var changed = false
        if try accounts.user(AgentPlaces.account) != nil {
            // Without --remove: the home is root's, and removed by us.
            let command = Command(.named("userdel"), ["--", AgentPlaces.account], deadline: Self.deadline)
            let result = try await runner.run(command)
            guard result.succeeded else {
                throw .failed(
                    command, result,
                    wayOut: "end what still runs as \(AgentPlaces.account) (an open coordinator?), then remove again")
            }
            changed = true
        }
        if try accounts.group(AgentPlaces.account) != nil {
            try await runner.require(
                Command(.named("groupdel"), ["--", AgentPlaces.account], deadline: Self.deadline))
            changed = true
        }
        return changed
    }
}

extension NodeError.Code {
    package static let accountUnusable = Self(rawValue: "account-unusable")
}
