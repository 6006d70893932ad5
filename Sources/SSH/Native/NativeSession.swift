internal import Clibssh
import Glibc

/// What a libssh call that may have to be repeated came to.
enum Progress {
    case done
    case again
    case failed
}

/// A libssh session: the only place, with `NativeChannel` and the key types, that calls libssh.
///
/// Used from one thread at a time: the event loop's, or a thread it was lent to. Every call returns at once:
/// - libssh itself puts the socket back into blocking mode when it has connected, so it is made non-blocking again
///   after each step of the handshake. (A call would otherwise stall the loop when a stopped peer's window is full.)
/// - The poll context is this session's own. With a shared one, a call on one session handles the packets of all, and
///   returns the failure of another.
/// - libssh takes EAGAIN for the end of a connection; it reads and writes only after its own `poll`, so it meets none.
@safe
final class NativeSession {
    /// Bytes that went through the socket, counted by libssh.
    struct Traffic: Equatable, Sendable {
        var received: UInt64
        var sent: UInt64
    }

    private(set) var handle: ssh_session
    private var event: ssh_event?
    private let counter: UnsafeMutablePointer<ssh_counter_struct>
    private let socket: Descriptor
    private var hasSocket = false

    /// A session on a connected socket.
    init(socket: Descriptor, user: String) throws(SSHError) {
        guard let handle = unsafe ssh_new() else { throw SSHError.system("making an SSH session", ENOMEM) }
        unsafe self.handle = unsafe handle
        unsafe counter = .allocate(capacity: 1)
        unsafe counter.initialize(to: ssh_counter_struct())
        self.socket = socket
        unsafe ssh_set_blocking(handle, 0)
        unsafe ssh_set_counters(handle, counter, nil)
        var no = false
        var verbosity: Int32 = 0
        // Configuration files are read by `ssh -G`, host keys checked by `KnownHosts`: libssh knows neither
        // `@revoked` nor a second file, and obeys StrictHostKeyChecking=no.
        let taken = unsafe [
            ssh_options_set(handle, SSH_OPTIONS_PROCESS_CONFIG, &no),
            ssh_options_set(handle, SSH_OPTIONS_LOG_VERBOSITY, &verbosity),
            ssh_options_set(handle, SSH_OPTIONS_KNOWNHOSTS, "/dev/null"),
            ssh_options_set(handle, SSH_OPTIONS_GLOBAL_KNOWNHOSTS, "/dev/null"),
            ssh_options_set(handle, SSH_OPTIONS_USER, user),
        ]
        guard taken.allSatisfy({ $0 == SSH_OK }) else {
            throw SSHError(
                .configurationInvalid, "libssh refused the options for user \(UntrustedText.cleaned(user))",
                cause: lastError, wayOut: "check the user's name")
        }
    }

    /// Gives libssh a descriptor of its own for the socket: it closes its descriptor on some errors and not on others,
    /// and a number closed twice could hit another session's socket.
    private func handOver() throws(SSHError) {
        var copy = try socket.duplicate()
        // SSH_OPTIONS_FD keeps only sixteen bits.
        guard copy <= 0xffff, unsafe ssh_options_set(handle, SSH_OPTIONS_FD, &copy) == SSH_OK else {
            Glibc.close(copy)
            throw SSHError.system("using a socket", EMFILE)
        }
    }

    deinit {
        // ssh_disconnect is not called: with a descriptor given by option it neither closes it nor leaves it to
        // ssh_free. The server sees the end of the connection.
        if unsafe event != nil {
            unsafe ssh_event_remove_session(event, handle)
            unsafe ssh_event_free(event)
        }
        unsafe ssh_free(handle)
        unsafe counter.deallocate()
    }

    /// Orders the host key algorithms, best first.
    func prefer(hostKeyAlgorithms: [String]) throws(SSHError) {
        guard unsafe ssh_options_set(handle, SSH_OPTIONS_HOSTKEYS, hostKeyAlgorithms.joined(separator: ",")) == SSH_OK
        else {
            throw SSHError(
                .handshakeFailed, "libssh knows none of the host key algorithms that known_hosts asks for",
                cause: lastError, wayOut: "add an ed25519 key of the host to known_hosts")
        }
    }

    /// libssh's text for the latest failure of this session, cleaned: parts of it come from the server.
    var lastError: String {
        let text = unsafe ssh_get_error(UnsafeMutableRawPointer(handle)).map { unsafe String(cString: $0) } ?? ""
        return text.isEmpty ? "no reason given" : UntrustedText.cleaned(text)
    }

    var traffic: Traffic {
        unsafe Traffic(received: counter.pointee.in_bytes, sent: counter.pointee.out_bytes)
    }

    /// Whether libssh has given the connection up.
    var isBroken: Bool {
        unsafe ssh_get_status(handle) & (SSH_CLOSED | SSH_CLOSED_ERROR) != 0 || ssh_is_connected(handle) == 0
    }

    /// Whether bytes wait for room in the socket.
    var hasUnsent: Bool { unsafe ssh_get_status(handle) & SSH_WRITE_PENDING != 0 }

    /// Reads and writes what the socket has and takes, handles the packets; at most 64 reads of 4 KiB, so that one
    /// fast session does not starve the others.
    func pump() {
        guard let event = unsafe event else { return }
        for _ in 0..<64 {
            guard unsafe ssh_event_dopoll(event, 0) == SSH_OK else { return }
        }
    }

    /// Confirms what has arrived at once. OpenSSH leaves Nagle's algorithm on for commands without a terminal: its next
    /// small packet, such as the answer to a channel's opening, waits for this confirmation, which the kernel would
    /// delay by 40 ms. (It fails, and is not needed, on the unix socket of a jump host's `ssh`.)
    func acknowledge() {
        var on: Int32 = 1
        unsafe setsockopt(
            socket.number, Int32(IPPROTO_TCP), TCP_QUICKACK, &on, socklen_t(MemoryLayout<Int32>.size))
    }

    /// One step of the key exchange.
    func handshake() throws(SSHError) -> Progress {
        if !hasSocket {
            try handOver()
            hasSocket = true
        }
        let result = unsafe ssh_connect(handle)
        try socket.setNonBlocking()
        if unsafe event == nil, result != SSH_ERROR {
            unsafe event = unsafe ssh_event_new()
            guard unsafe event != nil, unsafe ssh_event_add_session(event, handle) == SSH_OK else {
                throw SSHError.system("polling an SSH session", ENOMEM)
            }
        }
        return Progress(result)
    }

    /// The server's key, once the handshake is done.
    func serverKey() throws(SSHError) -> NativeKey {
        var key: ssh_key?
        guard unsafe ssh_get_server_publickey(handle, &key) == SSH_OK, let key = unsafe key else {
            throw SSHError(
                .handshakeFailed, "the server showed no host key", cause: lastError, wayOut: "check the server")
        }
        return unsafe NativeKey(owning: key)
    }

    /// Asks for an answer. The answer itself says nothing (OpenSSH refuses the request, libssh always reports
    /// success): it makes the peer send bytes, which `traffic` shows.
    func askForLife() {
        // The first call may only take the previous answer; after the second, one request is under way.
        unsafe ssh_send_keepalive(handle)
        unsafe ssh_send_keepalive(handle)
    }
}

extension Progress {
    init(_ result: Int32) {
        switch result {
        case SSH_OK: self = .done
        case SSH_AGAIN: self = .again
        default: self = .failed
        }
    }
}
