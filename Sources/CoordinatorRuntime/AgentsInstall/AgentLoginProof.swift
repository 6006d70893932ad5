package import Wire

/// Proves by trying what the coordinator's key can do on a node: no shell, no other command, and an agent that answers.
package struct AgentLoginProof<Login: AgentLogin>: Sendable {
    private let node: NodeName
    private let login: Login
    private let deadline: Duration

    package init(node: NodeName, login: Login, deadline: Duration = .seconds(20)) {
        self.node = node
        self.login = login
        self.deadline = deadline
    }

    /// What a shell prints for it is in none of its words, so that a refusal which quotes the command proves nothing
    /// wrongly.
    private static var marker: String { "k3s-upgrade-door-is-open" }
    private static var openers: [(what: String, line: String, input: String)] {
        let script = "printf '%s-%s\\n' k3s-upgrade door-is-open"
        return [
            // sshd hands a line to the account's shell where no command is forced.
            ("another command", script, ""),
            ("a shell", "/bin/sh -s", "\(script)\nexit\n"),
            ("a command behind ours", "connect; \(script)", ""),
            ("a subsystem's program", "sh -c \"\(script)\"", ""),
        ]
    }

    /// Throws `key-opens-too-much`, `agent-silent`, `agent-too-old`, `agent-too-new`, and what the login throws.
    package func prove() async throws(CoordinatorError) -> Hello {
        for opener in Self.openers {
            let result = try await login.run(line: opener.line, input: Array(opener.input.utf8), deadline: deadline)
            guard !result.succeeded, !result.text.contains(Self.marker) else {
                throw CoordinatorError(
                    .keyOpensTooMuch, .failed, "on \(node) the coordinator's key runs \(opener.what)",
                    wayOut:
                        "another authorized_keys file lists it (look at AuthorizedKeysFile in sshd_config): take it "
                        + "out there, it belongs to the agent's account alone")
            }
        }
        return try await hello()
    }

    /// Asks the agent who it is.
    package func hello() async throws(CoordinatorError) -> Hello {
        let ours: [UInt8]
        do {
            ours = try FrameCodec.encode(Hello.ours)
        } catch {
            throw silent(error.reason)
        }
        let result = try await login.run(line: "connect", input: ours, deadline: deadline)
        guard let line = result.output.split(separator: UInt8(ascii: "\n")).first,
            let theirs = try? FrameCodec.decode(Hello.self, from: Array(line))
        else { throw silent(result.brief) }
        guard Hello.ours.common(with: theirs) != nil else {
            let isOld = theirs.newest < Hello.ours.oldest
            let product = theirs.product.cleaned(limit: 40)
            throw CoordinatorError(
                isOld ? .agentTooOld : .agentTooNew, .refused,
                "the agent on \(node) is \(product) and too \(isOld ? "old" : "new") for this coordinator, "
                    + Product.version,
                wayOut: isOld
                    ? "update it with `coordinator agents install`" : "use a coordinator of version \(product) or later"
            )
        }
        return theirs
    }

    private func silent(_ reason: String) -> CoordinatorError {
        CoordinatorError(
            .agentSilent, .unreachable, "sshd on \(node) takes the key, but no agent answers: \(reason)",
            wayOut: "look on the node: systemctl status k3s-upgrade-agent.socket k3s-upgrade-agent.service; "
                + "journalctl -u k3s-upgrade-agent; or install it with `coordinator agents install`")
    }
}

extension CoordinatorError.Code {
    package static let keyOpensTooMuch = Self(rawValue: "key-opens-too-much")
    package static let agentSilent = Self(rawValue: "agent-silent")
    package static let agentTooOld = Self(rawValue: "agent-too-old")
    package static let agentTooNew = Self(rawValue: "agent-too-new")
}
