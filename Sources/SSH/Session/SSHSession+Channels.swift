extension SSHSession {
    /// Starts a command. Several may run at once, as many as the server's MaxSessions.
    /// - Throws: `channelRefused` if the server opens no channel or won't run the command.
    package func execute(
        _ command: RemoteCommand, timeout: Duration = .seconds(30)
    ) async throws(SSHError) -> ExecChannel {
        guard let native = NativeChannel(session: try live()) else {
            throw refusal(try live().lastError)
        }
        let deadline = Deadline.after(timeout)
        let channel = ChannelState(native, loop: loop)
        lastChannel += 1
        let id = lastChannel
        channels[id] = channel
        do throws(SSHError) {
            try await grant(native, "opening a channel to", until: deadline) { $0.open() }
            try await grant(native, "starting a command on", until: deadline) { $0.request(command) }
        } catch {
            release(id)
            throw error
        }
        return ExecChannel(session: self, id: id)
    }

    private func grant(
        _ native: NativeChannel, _ purpose: String, until deadline: Deadline, _ call: (NativeChannel) -> Progress
    ) async throws(SSHError) {
        while true {
            let session = try live()
            let result = call(native)
            let reason = session.lastError
            settle()
            if let failure { throw failure }
            switch result {
            case .done: return
            case .failed: throw refusal(reason)
            case .again: try await nextProgress(purpose, until: deadline)
            }
        }
    }

    private func refusal(_ reason: String) -> SSHError {
        SSHError(
            .channelRefused, "\(destination.label) does not run the command", cause: reason,
            wayOut: "check MaxSessions in its sshd_config, and what the key may do there (authorized_keys)")
    }

    // MARK: What ExecChannel does

    func read(_ id: UInt64, until deadline: Deadline?) async throws(SSHError) -> [UInt8]? {
        while true {
            let channel = try state(id)
            if let chunk = channel.take() {
                // Taking it has opened the window.
                settle()
                return chunk
            }
            if channel.isAtEnd { return nil }
            try await wait(for: channel.readable, of: id, channel, "reading from a command on", until: deadline)
        }
    }

    /// Pieces of nearly 32 KiB: the largest packet that OpenSSH takes, less its header.
    private static var piece: Int { (32 << 10) - 64 }

    func write(_ bytes: [UInt8], to id: UInt64, until deadline: Deadline?) async throws(SSHError) {
        var offset = 0
        var pieces = 0
        while offset < bytes.count {
            let channel = try state(id)
            if Task.isCancelled {
                release(id)
                throw SSHError.ended(.cancelled, "writing to a command on \(destination.label)")
            }
            let written = try writePiece(of: bytes, from: offset, to: channel)
            offset += written
            pieces += 1
            // A fast network takes all at once; other sessions want their turn.
            if pieces % 16 == 0 { await Task.yield() }
            if written > 0 { continue }
            do throws(SSHError) {
                try await wait(for: channel.writable, of: id, channel, "writing to a command on", until: deadline)
            } catch {
                // What the command has got is torn.
                if error.code == .timedOut { release(id) }
                throw error
            }
        }
    }

    /// Writes one piece, if the command and the socket take any. One at a time: libssh would take megabytes, and keep
    /// what the socket does not.
    private func writePiece(of bytes: [UInt8], from offset: Int, to channel: ChannelState) throws(SSHError) -> Int {
        let session = try live()
        guard let native = channel.native, !channel.events.closed else { throw inputClosed() }
        guard native.window > 0, !session.hasUnsent else { return 0 }
        let written = native.write(bytes, from: offset, limit: min(Self.piece, native.window))
        settle()
        guard let written else { throw failure ?? inputClosed() }
        return written
    }

    func finishInput(of id: UInt64) throws(SSHError) {
        let channel = try state(id)
        guard let native = channel.native else { throw channel.failure ?? inputClosed() }
        let result = native.sendEndOfFile()
        settle()
        if result == .failed { throw failure ?? inputClosed() }
    }

    func end(of id: UInt64, until deadline: Deadline?) async throws(SSHError) -> CommandEnd {
        while true {
            let channel = try state(id)
            if let end = channel.events.end { return end }
            if channel.events.closed { return .unknown }
            try await wait(for: channel.ended, of: id, channel, "waiting for a command on", until: deadline)
        }
    }

    func standardError(of id: UInt64) -> BoundedTail {
        channels[id]?.errors ?? BoundedTail(limit: 0)
    }

    /// Gives a channel up. Its place is free when the peer has confirmed.
    func release(_ id: UInt64) {
        guard let channel = channels.removeValue(forKey: id) else { return }
        let native = channel.native
        channel.detach(because: channelClosed())
        guard let native else { return }
        native.isDiscarding = true
        closing.append(native)
        settle()
    }

    /// Closes a channel whose output nobody reads, and which libssh could not hold up.
    func drown(_ channel: ChannelState) {
        guard let native = channel.native else { return }
        channel.detach(
            because: SSHError(
                .outputLimitExceeded, "a command on \(destination.label) writes faster than it is read",
                cause: "more than 32 MiB wait", wayOut: "read its output as it comes, or send its errors elsewhere"))
        native.isDiscarding = true
        closing.append(native)
    }

    /// Sends the close of channels that are open by now, and forgets those that are closed on both sides.
    func tidyClosing() {
        for native in closing where native.isOpen { native.close() }
        closing.removeAll { $0.isOver }
    }

    // MARK: Errors and waiting

    private func state(_ id: UInt64) throws(SSHError) -> ChannelState {
        guard let channel = channels[id] else { throw channelClosed() }
        return channel
    }

    private func wait(
        for signal: Signal, of id: UInt64, _ channel: ChannelState, _ purpose: String, until deadline: Deadline?
    ) async throws(SSHError) {
        if let failure = channel.failure { throw failure }
        switch await signal.wait(until: deadline) {
        case .notified: return
        case .timedOut: throw SSHError.ended(.timedOut, "\(purpose) \(destination.label)")
        case .cancelled:
            release(id)
            throw SSHError.ended(.cancelled, "\(purpose) \(destination.label)")
        }
    }

    private func channelClosed() -> SSHError {
        failure
            ?? SSHError(
                .channelClosed, "the channel to \(destination.label) is closed", wayOut: "start the command again")
    }

    private func inputClosed() -> SSHError {
        SSHError(
            .channelClosed, "the command on \(destination.label) takes no more input",
            wayOut: "look at its exit status and its standard error")
    }
}
