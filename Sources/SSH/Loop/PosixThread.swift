import Glibc

/// Threads of the system, for the event loop and for calls that block.
enum PosixThread {
    /// Starts a detached thread. All signals are blocked in it: they belong to the program's own threads, and libssh
    /// writes to the ssh-agent's socket without MSG_NOSIGNAL, so that a dying agent would end the process by SIGPIPE.
    ///
    /// The body can't be isolated to an actor, since it must be `@Sendable`: a main-actor closure as a thread's entry
    /// would trap.
    static func start(_ body: @escaping @Sendable () -> Void) throws(SSHError) {
        var all = sigset_t()
        var before = sigset_t()
        unsafe sigfillset(&all)
        unsafe pthread_sigmask(SIG_BLOCK, &all, &before)
        defer { unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }

        let box = unsafe Unmanaged.passRetained(Body(run: body))
        var thread = pthread_t()
        let result = unsafe pthread_create(
            &thread, nil,
            { raw in
                guard let raw = unsafe raw else { return nil }
                unsafe Unmanaged<Body>.fromOpaque(raw).takeRetainedValue().run()
                return nil
            }, box.toOpaque())
        guard result == 0 else {
            unsafe box.release()
            throw SSHError.system("starting a thread", result)
        }
        pthread_detach(thread)
    }

    private final class Body: Sendable {
        let run: @Sendable () -> Void
        init(run: @escaping @Sendable () -> Void) { self.run = run }
    }
}
