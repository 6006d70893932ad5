/// A connection to a host: verified, authenticated, and open for commands.
///
/// An actor on the event loop's thread, so that libssh's session never changes threads and one loop serves all
/// sessions. Methods return or throw in bounded time: each wait has a deadline, or ends with the session, which a dead
/// peer can't keep alive. Once the session has ended all calls throw the error that ended it.
package actor SSHSession {
    nonisolated let loop: EventLoop
    package nonisolated let destination: Destination
    package nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe loop.asUnownedSerialExecutor() }

    let options: ConnectOptions
    /// Bytes have come or gone: whoever waits for an answer should look.
    let progress: Signal
    var native: NativeSession?
    var jump: Jump?
    /// Why the session is over.
    private(set) var failure: SSHError?
    /// Whether another thread is using the libssh session.
    var isLent = false
    var channels: [UInt64: ChannelState] = [:]
    /// Channels that nobody uses any more and whose end the peer has not confirmed.
    var closing: [NativeChannel] = []
    var lastChannel: UInt64 = 0
    var heartbeat = Heartbeat()

    /// The key that the host has shown.
    package internal(set) var hostKey: HostKey?
    /// Whether that key was unknown, accepted, and written to known_hosts.
    package internal(set) var isHostKeyNew = false

    private var socket: Descriptor?
    private var watch: EventLoop.Watch?
    private var interest: EventLoop.Readiness = .input
    private var traffic = NativeSession.Traffic(received: 0, sent: 0)

    /// Connects, checks the host key and authenticates.
    /// - Throws: an error that names the host; nothing is left open. Cancellation ends it with `cancelled`.
    package static func connect(
        to destination: Destination, options: ConnectOptions = ConnectOptions()
    ) async throws(SSHError) -> SSHSession {
        try destination.validate()
        let session = SSHSession(to: destination, options: options, loop: try .shared())
        try await session.establish()
        return session
    }

    private init(to destination: Destination, options: ConnectOptions, loop: EventLoop) {
        self.destination = destination
        self.options = options
        self.loop = loop
        progress = Signal(loop: loop)
    }

    isolated deinit { end(with: Self.closed(destination)) }

    /// Ends the session at once: channels are closed, waiting calls throw `sessionClosed`. May be called twice.
    package func close() { end(with: Self.closed(destination)) }

    /// The error that ended the session; nil while it is usable.
    package var endedBy: SSHError? { failure }

    // MARK: The socket

    /// Starts libssh on a connected socket.
    func begin(on socket: Descriptor) throws(SSHError) -> NativeSession {
        let native = try NativeSession(socket: socket, user: destination.user)
        self.native = native
        self.socket = socket
        watch = try loop.watch(socket.number, for: .input) { [weak self] _ in
            self?.assumeIsolated { $0.pump() }
        }
        return native
    }

    func pump() {
        guard let native, !isLent else { return }
        native.pump()
        settle()
    }

    /// To be called after every call into libssh. Any of them may have handled packets for any channel of the session,
    /// and no event of the socket will tell of those again.
    func settle() {
        guard let native, !isLent else { return }
        let now = native.traffic
        let hasMoved = now != traffic
        if now.received != traffic.received { native.acknowledge() }
        traffic = now
        if hasMoved { progress.notify() }
        let hasUnsent = native.hasUnsent
        for channel in channels.values { channel.settle(hasMoved: hasMoved, canSend: !hasUnsent) }
        for channel in channels.values where channel.isFlooded { drown(channel) }
        tidyClosing()
        // Sending a close may have handled packets as well.
        if native.traffic != traffic { return settle() }
        if native.isBroken { return end(with: lost(native.lastError)) }
        listen(for: native.hasUnsent ? [.input, .output] : .input)
    }

    func listen(for wanted: EventLoop.Readiness) {
        guard let watch, wanted != interest else { return }
        interest = wanted
        do throws(SSHError) { try loop.change(watch, to: wanted) } catch { end(with: error) }
    }

    /// The libssh session.
    /// - Throws: the error that ended it.
    func live() throws(SSHError) -> NativeSession {
        guard let native else { throw failure ?? Self.closed(destination) }
        return native
    }

    /// Ends everything, once. libssh's channels go before its session.
    func end(with error: SSHError) {
        guard failure == nil else { return }
        failure = error
        heartbeat.stop(on: loop)
        if let watch { loop.unwatch(watch) }
        watch = nil
        for channel in channels.values { channel.detach(because: error) }
        closing = []
        native = nil
        socket = nil
        jump = nil
        progress.notify()
    }

    // MARK: Waiting

    /// Repeats a libssh call until it is done.
    func step(
        _ purpose: String, until deadline: Deadline, _ call: (NativeSession) throws(SSHError) -> Progress
    ) async throws(SSHError) {
        while true {
            let native = try live()
            let result = try call(native)
            let reason = native.lastError
            settle()
            switch result {
            case .done: return
            case .failed: throw failure ?? lost(reason)
            case .again: try await nextProgress(purpose, until: deadline)
            }
        }
    }

    /// Suspends until bytes have moved.
    func nextProgress(_ purpose: String, until deadline: Deadline) async throws(SSHError) {
        _ = try live()
        let wake = await progress.wait(until: deadline)
        guard wake == .notified else { throw SSHError.ended(wake, "\(purpose) \(destination.label)") }
    }

    func lost(_ reason: String) -> SSHError {
        SSHError(
            .connectionLost, "the connection to \(destination.label) is gone",
            cause: [reason, jump?.complaint].compactMap(\.self).joined(separator: "; "),
            wayOut: "check the host and the network, then connect again")
    }

    private static func closed(_ destination: Destination) -> SSHError {
        SSHError(.sessionClosed, "the session with \(destination.label) is closed", wayOut: "open a new one")
    }
}
