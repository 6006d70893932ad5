import SystemPackage

extension Lab {
    /// Runs a command as root on a host, beside its systemd rather than through ssh: quick, and on a frozen host too.
    ///
    /// A command that fails is an outcome; one killed by signal N exits with 128 + N, as a shell tells it.
    ///
    /// - Throws: `labFailed` if the host is off or unknown; `deadlinePassed`.
    package func run(
        on host: String, _ argv: [String], input: [UInt8] = [], deadline: Duration = .seconds(60)
    ) async throws(LabError) -> CommandOutcome {
        try await lab(["exec", state.string, "--host", host, "--"] + argv, input: input, deadline: deadline)
    }

    /// Starts a command as `run(on:)` does, to talk to it.
    package func start(on host: String, _ argv: [String]) -> RunningCommand {
        RunningCommand([Self.program.string, "exec", state.string, "--host", host, "--"] + argv)
    }

    /// Runs a command on the operator's machine: this one's files, the lab's network, and a home with the keys and the
    /// ssh configuration for the hosts.
    package func runAsOperator(
        _ argv: [String], input: [UInt8] = [], environment: [String: String] = [:], deadline: Duration = .seconds(60)
    ) async throws(LabError) -> CommandOutcome {
        try await lab(
            ["exec", state.string, "--operator", "--"] + argv, input: input, environment: environment,
            deadline: deadline)
    }

    /// Starts a command on the operator's machine; signals reach the command itself.
    package func startAsOperator(_ argv: [String], environment: [String: String] = [:]) -> RunningCommand {
        RunningCommand(
            [Self.program.string, "exec", state.string, "--operator", "--"] + argv, environment: environment)
    }

    /// Runs a command on a host as the operator would, through ssh.
    ///
    /// - Parameter login: a host's name, or `user@name`; the users are root and ops, who has sudo.
    package func ssh(
        _ login: String, _ argv: [String], input: [UInt8] = [], deadline: Duration = .seconds(60)
    ) async throws(LabError) -> CommandOutcome {
        // The remote shell splits what it is sent into words again; single quotes keep them whole.
        let quoted = argv.map {
            "'" + $0.split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#) + "'"
        }
        return try await lab(["ssh", state.string, login] + quoted, input: input, deadline: deadline)
    }

    /// Everything a host printed on its console, over all its boots, its journal included.
    package func console(of host: String) async throws(LabError) -> String {
        try await lab(["console", state.string, host]).checked().output
    }

    /// Where the operator's keys, known_hosts and ssh configuration are: `.ssh` in here.
    package var operatorHome: String { state.appending("operator").string }

    @discardableResult
    func lab(
        _ arguments: [String], input: [UInt8] = [], environment: [String: String] = [:],
        deadline: Duration = .seconds(60)
    ) async throws(LabError) -> CommandOutcome {
        var command = Command([Self.program.string] + arguments)
        command.input = input
        command.environment = environment
        command.deadline = deadline
        let outcome = try await command.run()
        guard outcome.status != .exited(Self.labFailed) else {
            throw LabError(.labFailed, "lab \(arguments.joined(separator: " "))", cause: outcome.errors)
        }
        return outcome
    }

    /// The status with which `deploy/lab/lab` says that it failed, rather than what it ran.
    private static let labFailed: Int32 = 125
}
