import Glibc

extension SSHSession {
    /// Offers keys until one is taken: the unencrypted files first, since they cost the server one try each; then the
    /// ssh-agent, whose many keys may use up the server's patience (MaxAuthTries); then the encrypted files. With
    /// IdentitiesOnly the agent is asked for the keys of the files alone, as OpenSSH does.
    func authenticate(until deadline: Deadline) async throws(SSHError) {
        var attempts: [Attempt] = []
        do throws(SSHError) {
            if try await ask(until: deadline, { $0.authenticateNone() }) == .accepted { return }
            guard try live().offeredMethods.contains("publickey") else { throw refused(attempts) }
            var locked: [String] = []
            for file in destination.identityFiles.prefix(Self.mostIdentities) {
                if try await offer(file, until: deadline, &attempts, &locked) { return }
            }
            if case .socket(let path) = destination.agent {
                let only = destination.identitiesOnly ? try await unofferedKeys(attempts, until: deadline) : nil
                if only?.isEmpty != true, try await offerAgent(path, only, until: deadline, &attempts) { return }
            }
            var late = deadline
            for file in locked {
                if try await unlock(file, until: &late, &attempts) { return }
            }
            throw refused(attempts)
        } catch {
            // A server that has had enough of us hangs up: say what it was offered.
            guard error.code == .connectionLost else { throw error }
            throw refused(attempts, cause: error.cause)
        }
    }

    /// No more files than this are read.
    private static var mostIdentities: Int { 16 }

    private func offer(
        _ file: String, until deadline: Deadline, _ attempts: inout [Attempt], _ locked: inout [String]
    ) async throws(SSHError) -> Bool {
        guard unsafe access(file, F_OK) == 0 else {
            attempts.append(Attempt(source: file, fingerprint: nil, outcome: .missing))
            return false
        }
        let loaded = try await loop.blocking("reading \(file)", until: deadline) {
            NativeKey.load(privateKeyFile: file, passphrase: nil)
        }
        switch loaded {
        case .key(let key): return try await offer(key, from: file, until: deadline, &attempts)
        case .locked: locked.append(file)
        case .unusable: attempts.append(Attempt(source: file, fingerprint: nil, outcome: .unusable))
        }
        return false
    }

    private func offer(
        _ key: NativeKey, from file: String, until deadline: Deadline, _ attempts: inout [Attempt]
    ) async throws(SSHError) -> Bool {
        attempts.append(Attempt(source: file, fingerprint: key.fingerprint, outcome: .refused))
        switch try await ask(until: deadline, { $0.authenticate(with: key) }) {
        case .accepted: return true
        case .partial:
            attempts[attempts.count - 1] = Attempt(source: file, fingerprint: key.fingerprint, outcome: .partial)
        case .refused, .again: break
        case .failed: throw failure ?? lost(native?.lastError ?? "")
        }
        return false
    }

    /// Asks for the passphrase of a key, up to three times, if the server would take the key at all.
    private func unlock(
        _ file: String, until deadline: inout Deadline, _ attempts: inout [Attempt]
    ) async throws(SSHError) -> Bool {
        if let key = NativeKey(publicPartOf: file) {
            if try await ask(until: deadline, { $0.offer(key) }) == .refused {
                attempts.append(Attempt(source: file, fingerprint: key.fingerprint, outcome: .refused))
                return false
            }
        }
        for _ in 0..<3 {
            let asked = ContinuousClock.now
            let answer = await options.passphrase?(file)
            // The operator's time is not the host's.
            deadline = Deadline(instant: deadline.instant + (ContinuousClock.now - asked))
            guard let passphrase = answer else { break }
            let loaded = try await loop.blocking("unlocking \(file)", until: deadline) {
                NativeKey.load(privateKeyFile: file, passphrase: passphrase)
            }
            guard case .key(let key) = loaded else {
                attempts.append(Attempt(source: file, fingerprint: nil, outcome: .unusable))
                continue
            }
            return try await offer(key, from: file, until: deadline, &attempts)
        }
        attempts.append(Attempt(source: file, fingerprint: nil, outcome: .locked))
        return false
    }

    // MARK: The ssh-agent

    /// The public parts of the files whose keys were not offered yet, in base64.
    private func unofferedKeys(_ attempts: [Attempt], until deadline: Deadline) async throws(SSHError) -> Set<String> {
        let files = destination.identityFiles.prefix(Self.mostIdentities)
        let offered = Set(attempts.compactMap(\.fingerprint))
        return try await loop.blocking("reading public keys", until: deadline) {
            Set(
                files.compactMap { NativeKey(publicPartOf: $0) }
                    .filter { !offered.contains($0.fingerprint) }.compactMap(\.base64))
        }
    }

    private func offerAgent(
        _ path: String, _ only: Set<String>?, until deadline: Deadline, _ attempts: inout [Attempt]
    ) async throws(SSHError) -> Bool {
        let source = "ssh-agent \(path)"
        let connected = try await loop.blocking("connecting to the ssh-agent", until: deadline) {
            AgentConnection(path: path, until: deadline)
        }
        guard let agent = connected else {
            attempts.append(Attempt(source: source, fingerprint: nil, outcome: .noAgent))
            return false
        }
        guard try live().useAgent(descriptor: try agent.forLibssh(only: only)) else {
            attempts.append(Attempt(source: source, fingerprint: nil, outcome: .agentFailed))
            return false
        }
        while true {
            let answer = try await lend(to: agent, until: deadline)
            switch answer {
            case .accepted: return true
            case .again: try await nextProgress("authenticating at", until: deadline)
            case .refused, .partial, .failed:
                if let failure { throw failure }
                if Task.isCancelled { throw SSHError.ended(.cancelled, "authenticating at \(destination.label)") }
                let outcome: Attempt.Outcome =
                    answer == .failed ? .agentFailed : answer == .partial ? .partial : .refused
                attempts.append(Attempt(source: source, fingerprint: nil, outcome: outcome))
                if deadline.hasPassed {
                    throw SSHError(
                        .timedOut, "the ssh-agent did not answer in time while logging in at \(destination.label)",
                        wayOut: "look whether it asks for a confirmation somewhere, or set IdentityAgent none")
                }
                return false
            }
        }
    }

    /// One step with the ssh-agent, on a thread of its own. libssh talks to the agent without a time-out, and an agent
    /// may ask its owner; at the deadline, and on cancellation, its connection is cut, which ends the step.
    private func lend(to agent: AgentConnection, until deadline: Deadline) async throws(SSHError)
        -> AuthenticationAnswer
    {
        let step = try live().agentStep
        isLent = true
        listen(for: [])
        let timer = loop.schedule(at: deadline) { agent.interrupt() }
        let answer = await withTaskCancellationHandler {
            await withCheckedContinuation { (done: CheckedContinuation<AuthenticationAnswer, Never>) in
                do throws(SSHError) {
                    try PosixThread.start { done.resume(returning: step()) }
                } catch {
                    done.resume(returning: .failed)
                }
            }
        } onCancel: {
            agent.interrupt()
        }
        loop.cancel(timer: timer)
        isLent = false
        settle()
        return answer
    }

    // MARK: Answers

    private func ask(
        until deadline: Deadline, _ call: (NativeSession) -> AuthenticationAnswer
    ) async throws(SSHError) -> AuthenticationAnswer {
        while true {
            let answer = call(try live())
            settle()
            if let failure { throw failure }
            guard answer == .again else { return answer }
            try await nextProgress("authenticating at", until: deadline)
        }
    }

    private func refused(_ attempts: [Attempt], cause: String? = nil) -> SSHError {
        let methods = native?.offeredMethods ?? []
        let offered = methods.isEmpty ? nil : "it takes \(methods.joined(separator: ", "))"
        let tried =
            attempts.isEmpty ? "no key was tried" : "tried " + attempts.map(\.description).joined(separator: "; ")
        let user = UntrustedText.cleaned(destination.user, limit: 64)
        return SSHError(
            .authenticationFailed, "\(destination.label) does not let \(user) in",
            cause: [cause, offered, tried].compactMap(\.self).joined(separator: "; "),
            wayOut:
                "put one of these public keys into \(user)'s authorized_keys there, or name the right key with IdentityFile"
        )
    }
}
