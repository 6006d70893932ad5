/// A channel as its session keeps it. Belongs to the session's actor.
final class ChannelState {
    /// libssh opens its window for standard error without a look at the output that waits, and takes what a peer sends
    /// beyond the window: so the size has to be watched.
    private static let heldLimit = 32 << 20

    /// nil once the session or the channel has ended.
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

    /// Takes from libssh all or nothing: with any read it opens the window to 1.25 MiB, whatever it still holds, and so
    /// a reader slower than the network would let it grow without end. So at most some 2.5 MiB wait, half of them here.
    private func fill() {
        guard let native, output.isEmpty else { return }
        native.readAll(into: &output)
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

    /// Whether more output waits than may.
    var isFlooded: Bool { (native?.held ?? 0) > Self.heldLimit }

    /// The latest standard error.
    var errors: BoundedTail { native?.standardError ?? standardError }

    /// The session or the channel is over; what has arrived can still be read.
    func detach(because error: SSHError) {
        if let native {
            native.readAll(into: &output)
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
