import Glibc

/// A program that runs beside the tests and cannot outlive them: `setpriv --pdeathsig KILL` ends it with the thread that
/// started it, which is the main one.
@MainActor final class ChildProcess {
    let pid: pid_t
    private var status: Int32?

    /// Starts `arguments` with exactly this environment; both outputs go to the file `output`.
    init(_ arguments: [String], environment: [String: String], output: String) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        let words = ["/usr/bin/setpriv", "--pdeathsig", "KILL"] + arguments
        var argv = words.map { strdup($0) } + [nil]
        var envp = environment.map { strdup("\($0)=\($1)") } + [nil]
        defer { for pointer in argv + envp { free(pointer) } }
        var pid: pid_t = 0
        let code = posix_spawn(&pid, words[0], &actions, nil, &argv, &envp)
        guard code == 0 else { throw TestFailure("cannot start \(arguments): \(String(cString: strerror(code)))") }
        self.pid = pid
    }

    /// The wait status, once the process has ended.
    func poll() -> Int32? {
        if status == nil {
            var found: Int32 = 0
            if waitpid(pid, &found, WNOHANG) == pid { status = found }
        }
        return status
    }

    var isRunning: Bool { poll() == nil }
    /// The exit status; nil while it runs, or when a signal ended it.
    var exitCode: Int32? { poll().flatMap { $0 & 0x7F == 0 ? ($0 >> 8) & 0xFF : nil } }

    func signal(_ number: Int32) { if isRunning { kill(pid, number) } }

    func waitForEnd() async throws { try await eventually("process \(pid) ends") { !self.isRunning } }
}

struct TestFailure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// Asks until the answer is yes, for half a minute at most.
@MainActor func eventually(
    _ what: String, within limit: Duration = .seconds(120), _ condition: @MainActor () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + limit
    while ContinuousClock.now < deadline {
        if try await condition() { return }
        try await Task.sleep(for: .milliseconds(15))
    }
    throw TestFailure("in vain waited for this: \(what)")
}
