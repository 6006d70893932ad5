import Glibc

/// A program that this library started: always by its arguments, never through a shell.
final class ChildProcess: Sendable {
    let identifier: pid_t

    /// Starts `arguments[0]`, found in PATH, in a process group of its own: a Ctrl-C at the terminal is for the program
    /// that uses this library, which ends the child in its own order.
    init(_ arguments: [String], input: Int32, output: Int32, error: Int32) throws(SSHError) {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        for (number, descriptor) in [input, output, error].enumerated() {
            unsafe posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(number))
        }
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        var noSignals = sigset_t()
        unsafe sigemptyset(&noSignals)
        unsafe posix_spawnattr_setsigmask(&attributes, &noSignals)
        unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP))

        var vector: [UnsafeMutablePointer<CChar>?] = unsafe arguments.map { unsafe strdup($0) } + [nil]
        defer { unsafe vector.forEach { unsafe free($0) } }
        var child = pid_t()
        let result = unsafe posix_spawnp(&child, arguments[0], &actions, &attributes, &vector, environ)
        guard result == 0 else {
            let advice = result == ENOENT ? "install the OpenSSH client, or put `ssh` into PATH" : nil
            throw SSHError.system("starting \(arguments[0])", result, wayOut: advice)
        }
        identifier = child
    }

    /// Kills it and what it has started, if they still run, and takes its status from the system. Blocks only until the kernel has ended it.
    /// To be called exactly once.
    @discardableResult
    func end() -> Int32 {
        // Its process group: `Match exec` has children.
        kill(-identifier, SIGKILL)
        return reap()
    }

    /// Waits for its end: the status as `waitpid` has it. To be called exactly once.
    func reap() -> Int32 {
        var status: Int32 = -1
        while unsafe waitpid(identifier, &status, 0) < 0, errno == EINTR {}
        return status
    }
}
