/// Notices when a peer has fallen silent. Beats are counted, not time: after a stop of this process many timers are
/// late, but only one beat has passed.
struct Heartbeat {
    private var timer: UInt64?
    private var received: UInt64 = 0
    private var silences = 0

    /// Takes note of a beat.
    /// - Returns: how many beats in a row, this one included, went by without a byte.
    mutating func beat(received now: UInt64) -> Int {
        silences = now == received ? silences + 1 : 0
        received = now
        return silences
    }

    mutating func schedule(_ timer: UInt64) { self.timer = timer }

    mutating func stop(on loop: EventLoop) {
        if let timer { loop.cancel(timer: timer) }
        timer = nil
    }
}

extension SSHSession {
    func startHeartbeat() {
        let timer = loop.schedule(at: .after(options.heartbeat)) { [weak self] in
            self?.assumeIsolated { $0.beat() }
        }
        heartbeat.schedule(timer)
    }

    private func beat() {
        // What has arrived counts, though the loop may not have come to it yet.
        pump()
        guard let native else { return }
        let silences = heartbeat.beat(received: native.traffic.received)
        if silences > options.allowedSilences {
            return end(
                with: SSHError(
                    .peerDead, "\(destination.label) has fallen silent",
                    cause: "not a byte in \((options.heartbeat * silences).inSeconds), though it was asked for one",
                    wayOut: "check whether the host is up and the network whole, then connect again"))
        }
        if silences > 0 {
            native.askForLife()
            settle()
        }
        if failure == nil { startHeartbeat() }
    }
}
