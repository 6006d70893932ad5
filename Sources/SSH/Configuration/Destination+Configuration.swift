import Glibc

extension Destination {
    /// The destination that OpenSSH would connect to when the operator says `ssh name`, by asking `ssh -G`.
    ///
    /// - Parameters:
    ///   - name: a host name, an address, or a Host of the configuration.
    ///   - user, port: given by the operator; they win over the configuration.
    ///   - configurationFile: read instead of `~/.ssh/config` and the system's file.
    ///
    /// Whether it can be used is seen when it is connected to: the caller may overrule some of it.
    /// - Throws: `configurationInvalid` with OpenSSH's own words; `timedOut` if a `Match exec` hangs;
    ///   `systemFailure` if there is no `ssh`.
    package static func configured(
        name: String, user: String? = nil, port: Int? = nil, configurationFile: String? = nil,
        timeout: Duration = .seconds(10)
    ) async throws(SSHError) -> Destination {
        let account = try Account.current()
        try Destination(host: name, port: port ?? 22, user: user ?? "root", knownHostsFiles: []).validate()
        var arguments = ["ssh", "-G"]
        arguments += configurationFile.map { ["-F", $0] } ?? []
        arguments += user.map { ["-l", $0] } ?? []
        arguments += port.map { ["-p", String($0)] } ?? []
        let output = try await Command.output(
            of: arguments + ["--", name], until: .after(timeout), purpose: "reading the SSH configuration of \(name)")
        var destination = ClientConfiguration(parsing: output).destination(
            name: name, home: account.home, localUser: account.name,
            agentSocket: unsafe getenv("SSH_AUTH_SOCK").map { unsafe String(cString: $0) })
        destination.configurationFile = configurationFile
        return destination
    }
}

/// The user who runs this program, by the system's own list: OpenSSH looks for `~` there and not in HOME.
private struct Account {
    let name: String
    let home: String

    static func current() throws(SSHError) -> Account {
        var entry = unsafe passwd()
        var buffer = [CChar](repeating: 0, count: 16 << 10)
        var found: UnsafeMutablePointer<passwd>?
        guard unsafe getpwuid_r(getuid(), &entry, &buffer, buffer.count, &found) == 0, unsafe found != nil else {
            throw SSHError(
                .configurationInvalid, "the user with the number \(getuid()) is not known to the system",
                wayOut: "run as a user of /etc/passwd")
        }
        return unsafe Account(name: String(cString: entry.pw_name), home: String(cString: entry.pw_dir))
    }
}
