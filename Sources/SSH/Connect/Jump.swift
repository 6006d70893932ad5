import Glibc
import Synchronization

/// The way over a jump host: an `ssh -W` whose standard input and output are one socket, which libssh takes for the
/// connection. Its standard error is kept for the error message.
final class Jump: Sendable {
    /// Our end of the connection.
    let socket: Descriptor
    private let child: ChildProcess
    private let loop: EventLoop
    private let complaints: Descriptor
    private let text = Mutex(BoundedTail(limit: 4 << 10))
    private let watch = Mutex<EventLoop.Watch?>(nil)

    /// The arguments of `ssh` that connect to the destination over its jump hosts.
    ///
    /// At no hop it asks anything, and it always checks host keys; it does not outlive a connection that died, and shares
    /// none.
    static func arguments(for destination: Destination, over jumps: [String]) -> [String] {
        let address = HostPort.text(host: destination.host, port: destination.port)
        return words(to: address, over: jumps[...], destination.configurationFile)
    }

    /// The same for an operator's shell.
    static func commandLine(for destination: Destination) -> String {
        let arguments = arguments(for: destination, over: destination.jumps)
        return (try? RemoteCommand(arguments).line) ?? arguments.joined(separator: " ")
    }

    private static let options = [
        "BatchMode=yes", "StrictHostKeyChecking=yes", "ControlMaster=no", "ControlPath=none",
        "ServerAliveInterval=15", "ServerAliveCountMax=3", "ForwardAgent=no", "LogLevel=INFO",
    ]

    /// A hop before the last is no `-J`, which would pass none of the options on to it, but the `ssh` that `-J` would run.
    private static func words(to address: String, over jumps: ArraySlice<String>, _ file: String?) -> [String] {
        let before = jumps.dropLast()
        let hop = before.isEmpty ? [] : ["-o", "ProxyCommand=" + line(over: before, file)]
        return ["ssh"] + (file.map { ["-F", $0] } ?? []) + hop + options.flatMap { ["-o", $0] }
            + ["-W", address, "--", jumpURL(jumps.last ?? "")]
    }

    /// For the shell by which ssh runs a ProxyCommand, after it has put in where it wants to go.
    private static func line(over jumps: ArraySlice<String>, _ file: String?) -> String {
        let target = "[%h]:%p"
        return words(to: target, over: jumps, file).map { word in
            let literal = word == target ? word : word.replacing("%", with: "%%")
            return "'" + literal.replacing("'", with: #"'\''"#) + "'"
        }.joined(separator: " ")
    }

    /// `[user@]host[:port]` as the URL that ssh takes for a destination with a port.
    private static func jumpURL(_ jump: String) -> String {
        jump.hasPrefix("ssh://") ? jump : "ssh://" + jump
    }

    init(to destination: Destination, over jumps: [String], loop: EventLoop) throws(SSHError) {
        let connection = try Pipe()
        let errors = try Pipe()
        try errors.ours.setNonBlocking()
        child = try ChildProcess(
            Self.arguments(for: destination, over: jumps), input: connection.theirs.number,
            output: connection.theirs.number, error: errors.theirs.number)
        socket = connection.ours
        complaints = errors.ours
        self.loop = loop
    }

    /// Kills `ssh`. Its end is awaited on a thread of its own, so that no zombie stays.
    deinit {
        stopListening()
        let child = child
        // Without a thread the child is killed all the same, and stays a zombie until this program ends.
        do throws(SSHError) { try PosixThread.start { child.end() } } catch { kill(-child.identifier, SIGKILL) }
    }

    /// The process that runs `ssh`.
    var process: pid_t { child.identifier }

    /// Starts keeping what `ssh` complains about.
    func listen() throws(SSHError) {
        let new = try loop.watch(complaints.number, for: .input) { [weak self] _ in self?.takeComplaints() }
        watch.withLock { $0 = new }
    }

    private func takeComplaints() {
        var buffer = [UInt8](repeating: 0, count: 1024)
        while true {
            let count = unsafe read(complaints.number, &buffer, buffer.count)
            if count > 0 {
                text.withLock { $0.append(buffer.prefix(count)) }
                continue
            }
            // Nothing more for now, unless it is the end.
            if count == 0 { stopListening() }
            return
        }
    }

    private func stopListening() {
        watch.withLock { watch in
            if let watch { loop.unwatch(watch) }
            watch = nil
        }
    }

    /// What `ssh` said on its standard error; nil if nothing.
    var complaint: String? {
        takeComplaints()
        return text.withLock { $0.isEmpty ? nil : $0.text }
    }
}
