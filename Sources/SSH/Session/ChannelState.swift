/// A channel as its session keeps it. Belongs to the session's actor.
final class ChannelState {
    /// So much output waits here; the rest stays with libssh, and then with the peer.
    private static let highWater = 256 << 10
    /// libssh takes what a peer sends beyond its window, so the size has to be watched.
    private static let heldLimit = 8 << 20

    /// nil once the session has ended.
    private(set) var native: NativeChannel?
    private(set) var events = NativeChannel.Events()
    private(set) var standardError: BoundedTail
    private(set) var failure: SSHError?
    let readable: Signal
    let writable: Signal
    let ended: Signal
    private var output: [UInt8] = []

    init(_ native: NativeChannel, loop: EventLoop) {
        self.native = native
        standardError = native.standardError
        readable = Signal(loop: loop)
        writable = Signal(loop: loop)
        ended = Signal(loop: loop)
    }

    /// Takes over what the callbacks have noted and wakes those whom it concerns.
    func settle(hasMoved: Bool, canSend: Bool) {
        guard let native else { return }
        fill()
        events = native.events
        if !output.isEmpty || isAtEnd { readable.notify() }
        if events.closed || hasMoved && canSend && native.window > 0 { writable.notify() }
        if events.end != nil || events.closed { ended.notify() }
    }

    private func fill() {
        guard let native, native.held > 0, output.count < Self.highWater else { return }
        native.read(into: &output, room: Self.highWater - output.count)
    }

    /// The output that is there, and room for more.
    func take() -> [UInt8]? {
        guard !output.isEmpty else { return nil }
        let chunk = output
        output = []
        fill()
        return chunk
    }

    /// Whether all output has been taken and no more can come.
    var isAtEnd: Bool {
        output.isEmpty && (native?.held ?? 0) == 0 && (events.endOfFile || events.closed)
    }

    /// Whether the peer sends without regard to the window.
    var isFlooded: Bool { (native?.held ?? 0) > Self.heldLimit }

    /// The latest standard error.
    var errors: BoundedTail { native?.standardError ?? standardError }

    /// The session is over; what has arrived can still be read.
    func detach(because error: SSHError) {
        if let native {
            native.read(into: &output, room: Self.heldLimit)
            events = native.events
            standardError = native.standardError
        }
        native = nil
        failure = error
        readable.notify()
        writable.notify()
        ended.notify()
    }
}
