internal import Clibssh
import Glibc

/// A libssh channel. Belongs to its session's thread, and keeps the session, since libssh frees channels with it.
///
/// The callbacks only take notes: they run in the middle of whatever libssh call handled the packet.
@safe
final class NativeChannel {
    /// What arrived so far. libssh has `-1` for the status both before the end and for a signal, so the status is
    /// taken from callbacks; OpenSSH sends eof, exit-status or exit-signal, close.
    struct Events {
        var endOfFile = false
        var closed = false
        var end: CommandEnd?
    }

    private(set) var events = Events()
    /// Standard error, which is always taken in: a stream that nobody drains fills the window, and the command waits
    /// for ever.
    private(set) var standardError = BoundedTail(limit: 64 << 10)
    /// How many bytes of standard output libssh holds for us.
    private(set) var held = 0
    private var wasRefused = false
    /// Whether output is dropped instead of kept.
    var isDiscarding = false

    private let session: NativeSession
    private let handle: ssh_channel
    private let callbacks: UnsafeMutablePointer<ssh_channel_callbacks_struct>

    init?(session: NativeSession) {
        guard let handle = unsafe ssh_channel_new(session.handle) else { return nil }
        self.session = session
        unsafe self.handle = unsafe handle
        unsafe callbacks = .allocate(capacity: 1)
        unsafe callbacks.initialize(to: ssh_channel_callbacks_struct())
        // What the macro ssh_callbacks_init does.
        unsafe callbacks.pointee.size = MemoryLayout<ssh_channel_callbacks_struct>.size
        unsafe callbacks.pointee.userdata = Unmanaged.passUnretained(self).toOpaque()
        unsafe callbacks.pointee.channel_data_function = { _, _, bytes, count, isError, me in
            unsafe NativeChannel.at(me)?.took(bytes, count, isError: isError != 0) ?? Int32(clamping: count)
        }
        unsafe callbacks.pointee.channel_eof_function = { _, _, me in
            unsafe NativeChannel.at(me)?.events.endOfFile = true
        }
        unsafe callbacks.pointee.channel_close_function = { _, _, me in
            unsafe NativeChannel.at(me)?.events.closed = true
        }
        unsafe callbacks.pointee.channel_exit_status_function = { _, _, status, me in
            unsafe NativeChannel.at(me)?.events.end = .status(status)
        }
        unsafe callbacks.pointee.channel_exit_signal_function = { _, _, signal, _, _, _, me in
            let name = unsafe signal.map { unsafe UntrustedText.cleaned(String(cString: $0), limit: 40) }
            unsafe NativeChannel.at(me)?.events.end = .signal(name ?? "unknown")
        }
        unsafe ssh_add_channel_callbacks(handle, callbacks)
    }

    deinit {
        unsafe ssh_remove_channel_callbacks(handle, callbacks)
        // Its memory goes now if the peer has closed too, else with the session.
        unsafe ssh_channel_free(handle)
        unsafe callbacks.deallocate()
    }

    private static func at(_ pointer: UnsafeMutableRawPointer?) -> NativeChannel? {
        guard let pointer = unsafe pointer else { return nil }
        return unsafe Unmanaged<NativeChannel>.fromOpaque(pointer).takeUnretainedValue()
    }

    /// Returns how many bytes are taken. Standard output stays with libssh, whose window then closes: that is the
    /// back-pressure.
    private func took(_ bytes: UnsafeMutableRawPointer?, _ count: UInt32, isError: Bool) -> Int32 {
        if isDiscarding { return Int32(clamping: count) }
        guard isError else {
            // The count is of all that libssh holds, not of the new bytes alone.
            held = Int(count)
            return 0
        }
        unsafe standardError.append(UnsafeRawBufferPointer(start: bytes, count: Int(count)))
        return Int32(clamping: count)
    }

    func open() -> Progress {
        let progress = unsafe Progress(ssh_channel_open_session(handle))
        wasRefused = progress == .failed
        return progress
    }

    func request(_ command: RemoteCommand) -> Progress {
        unsafe Progress(ssh_channel_request_exec(handle, command.line))
    }

    var isOpen: Bool { unsafe ssh_channel_is_open(handle) != 0 }

    /// How many bytes the peer takes now.
    var window: Int { unsafe Int(ssh_channel_window_size(handle)) }

    /// Writes at most `limit` bytes from `start`. The caller has seen that the window is open and nothing unsent.
    /// - Returns: how many were taken, 0 during a key exchange; nil if the channel or the session is gone.
    func write(_ bytes: [UInt8], from start: Int, limit: Int) -> Int? {
        let count = min(limit, bytes.count - start)
        let written = unsafe bytes.withUnsafeBytes { buffer in
            unsafe ssh_channel_write(handle, buffer.baseAddress.map { unsafe $0 + start }, UInt32(count))
        }
        return written < 0 ? nil : Int(written)
    }

    /// Appends what libssh holds of standard output. It opens the window again.
    func readAll(into buffer: inout [UInt8]) {
        let count = held
        guard count > 0 else { return }
        let chunk = unsafe [UInt8](unsafeUninitializedCapacity: count) { bytes, initialized in
            // With bytes in libssh's buffer this reads nothing from the socket.
            initialized = max(0, unsafe Int(ssh_channel_read(handle, bytes.baseAddress, UInt32(count), 0)))
        }
        // A broken session gives nothing out any more.
        held = chunk.isEmpty ? 0 : held - chunk.count
        if buffer.isEmpty { buffer = chunk } else { buffer += chunk }
    }

    func sendEndOfFile() -> Progress { unsafe Progress(ssh_channel_send_eof(handle)) }

    /// Whether both sides have closed it, or it never was open.
    var isOver: Bool { events.closed || wasRefused }

    func close() {
        // It returns early, "again", when the end-of-file it sends first does not fit into the socket at once; the
        // second call goes on from there, and does nothing if the first did it all.
        if unsafe ssh_channel_close(handle) == SSH_AGAIN { unsafe ssh_channel_close(handle) }
    }
}
