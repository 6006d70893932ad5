extension SSHSession {
    func establish() async throws(SSHError) {
        do throws(SSHError) {
            let deadline = Deadline.after(options.timeout)
            let check = HostKeyCheck(destination: destination, policy: options.hostKeys, loop: loop, deadline: deadline)
            let known = try await check.known()
            let native = try begin(on: try await transport(until: deadline))
            try native.prefer(hostKeyAlgorithms: known.algorithms)
            try await handshake(until: deadline)
            let key = try live().serverKey()
            hostKey = HostKey(key)
            let asked = ContinuousClock.now
            isHostKeyNew = try await check.judge(key, against: known)
            // The time that someone took to look at the key is not the host's.
            let extended = Deadline(instant: deadline.instant + (ContinuousClock.now - asked))
            try await authenticate(until: extended)
            startHeartbeat()
        } catch {
            end(with: error)
            throw error
        }
    }

    private func transport(until deadline: Deadline) async throws(SSHError) -> Descriptor {
        guard !destination.jumps.isEmpty else {
            return try await Dialer(destination: destination, loop: loop, deadline: deadline).dial()
        }
        let jump = try Jump(to: destination, over: destination.jumps, loop: loop)
        try jump.listen()
        self.jump = jump
        try jump.socket.setNonBlocking()
        return jump.socket
    }

    private func handshake(until deadline: Deadline) async throws(SSHError) {
        let purpose = "the SSH handshake with"
        do throws(SSHError) {
            try await step(purpose, until: deadline) { native throws(SSHError) in try native.handshake() }
        } catch {
            switch error.code {
            case .connectionLost where !destination.jumps.isEmpty:
                throw SSHError(
                    .jumpFailed,
                    "\(destination.label) can't be reached over \(UntrustedText.cleaned(destination.jumps.joined(separator: ", ")))",
                    cause: error.cause,
                    wayOut: "try `\(Jump.commandLine(for: destination))` by hand")
            case .connectionLost:
                throw SSHError(
                    .handshakeFailed, "\(destination.label) is no SSH server that we can agree with",
                    cause: error.cause, wayOut: "check the port, and the server's log")
            case .timedOut:
                throw SSHError(
                    .timedOut, "\(destination.label) took the connection and then was silent", cause: jump?.complaint,
                    wayOut: "check that it is sshd that listens there, and that the host is not frozen")
            default: throw error
            }
        }
    }
}
