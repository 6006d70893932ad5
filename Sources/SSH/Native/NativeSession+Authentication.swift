internal import Clibssh

/// The server's answer to one authentication request.
enum AuthenticationAnswer: Sendable {
    case accepted
    case refused
    /// Accepted, and the server wants another method as well.
    case partial
    case again
    case failed

    init(_ result: Int32) {
        switch result {
        case SSH_AUTH_SUCCESS.rawValue: self = .accepted
        case SSH_AUTH_DENIED.rawValue: self = .refused
        case SSH_AUTH_PARTIAL.rawValue: self = .partial
        case SSH_AUTH_AGAIN.rawValue: self = .again
        default: self = .failed
        }
    }
}

extension NativeSession {
    /// The request without credentials: its refusal carries the methods that the server offers.
    func authenticateNone() -> AuthenticationAnswer {
        unsafe AuthenticationAnswer(ssh_userauth_none(handle, nil))
    }

    /// Whether the server would take a key, without proving that we hold it.
    func offer(_ key: NativeKey) -> AuthenticationAnswer {
        unsafe AuthenticationAnswer(ssh_userauth_try_publickey(handle, nil, key.handle))
    }

    func authenticate(with key: NativeKey) -> AuthenticationAnswer {
        unsafe AuthenticationAnswer(ssh_userauth_publickey(handle, nil, key.handle))
    }

    /// Gives libssh an open connection to the ssh-agent. libssh closes it.
    func useAgent(descriptor: Int32) -> Bool {
        unsafe ssh_set_agent_socket(handle, descriptor) == SSH_OK
    }

    /// The names of the methods that the server offered in its latest refusal.
    var offeredMethods: [String] {
        let methods = unsafe UInt32(bitPattern: ssh_userauth_list(handle, nil))
        let names: [(UInt32, String)] = [
            (0x0004, "publickey"), (0x0002, "password"), (0x0010, "keyboard-interactive"), (0x0008, "hostbased"),
            (0x0020, "gssapi-with-mic"),
        ]
        return names.filter { methods & $0.0 != 0 }.map(\.1)
    }

    /// What a thread needs for one step with the ssh-agent, whose replies libssh awaits without a time-out. While it
    /// runs, the loop leaves the session alone.
    var agentStep: AgentStep { unsafe AgentStep(handle: handle) }

    @safe
    struct AgentStep: @unchecked Sendable {
        fileprivate let handle: ssh_session

        func callAsFunction() -> AuthenticationAnswer {
            unsafe AuthenticationAnswer(ssh_userauth_agent(handle, nil))
        }
    }
}
