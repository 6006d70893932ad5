internal import Wire

/// Running the agent's binary as root on a node, by sudo where the login is not root itself.
struct RootCommands<Login: RemoteLogin>: Sendable {
    private let node: NodeName
    private let login: Login
    private let prefix: [String]

    /// Finds out whether the login may become root without a password.
    ///
    /// Throws `sudo-refused`.
    init(node: NodeName, login: Login) async throws(CoordinatorError) {
        self.node = node
        self.login = login
        let identity = try await login.run(["id", "-u"])
        if identity.succeeded, identity.text.trimmed == "0" {
            prefix = []
            return
        }
        prefix = ["sudo", "-n", "--"]
        let tried = try await login.run(prefix + ["true"])
        guard tried.succeeded else {
            throw CoordinatorError(
                .sudoRefused, .refused, "\(login.name) cannot become root on \(node): \(tried.brief)",
                wayOut: "allow it sudo without a password there (`NOPASSWD: ALL`, needed for installing and removing "
                    + "agents only), or name another login with `user:` in the inventory")
        }
    }

    /// Hands the agent's binary a document and reads its report.
    ///
    /// Throws `agent-install-failed` with the node's own words.
    func orders(_ command: [String], _ document: some Encodable) async throws(CoordinatorError) -> InstallReport {
        let line: [UInt8]
        do {
            line = try FrameCodec.encode(document)
        } catch {
            throw failed(error.reason, wayOut: "this is a fault of the coordinator's; report it")
        }
        // Time for two units to stop and start, each with a minute of its own.
        let result = try await login.run(prefix + command, input: line, deadline: .seconds(240))
        guard let last = result.text.split(whereSeparator: \.isNewline).last,
            let report = try? FrameCodec.decode(InstallReport.self, from: Array(last.utf8))
        else {
            // 126: the file is there and cannot be executed (POSIX, Shell Command Language, 2.8.2).
            let noexec = result.status == 126
            throw failed(
                result.brief,
                wayOut: noexec
                    ? "programs cannot be run from there; name another folder with --remote-temporary"
                    : "log in as \(login.name) and run `\((prefix + command).joined(separator: " "))` to see why")
        }
        if let failure = report.failure {
            let done = report.changed.isEmpty ? "" : "; done before: \(report.changed.joined(separator: ", "))"
            throw failed(
                "\(failure.message)\(done)".cleaned(limit: 2000), wayOut: failure.wayOut.cleaned(limit: 500))
        }
        return report
    }

    private func failed(_ reason: String, wayOut: String) -> CoordinatorError {
        CoordinatorError(
            .agentInstallFailed, .failed, "the agent's binary failed on \(node): \(reason)", wayOut: wayOut)
    }
}

extension String {
    var trimmed: String {
        var text = Substring(self)
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}

extension CoordinatorError.Code {
    package static let sudoRefused = Self(rawValue: "sudo-refused")
    package static let agentInstallFailed = Self(rawValue: "agent-install-failed")
}
