internal import SSH
package import Wire

/// One connection to a node's agent: an SSH session, one channel in it, and over that any number of requests at a
/// time. A request that is not answered in its time ends the link, because the peer is stuck or the line is dead.
package actor AgentLink {
    package nonisolated let node: NodeName
    /// What the agent said of itself.
    package nonisolated let hello: Hello

    private let session: SSHSession
    private let channel: ExecChannel
    private var waiting: [Int: CheckedContinuation<Result<Answer, CoordinatorError>, Never>] = [:]
    private var lastID = 0
    private var reader: Task<Void, Never>?
    private var failure: CoordinatorError?
    private var listener: Listener?
    /// Nothing comes any more, and whoever listens has been told.
    package private(set) var hasEnded = false

    private struct Listener {
        let onEvent: @Sendable (Event) async -> Void
        let onEnd: @Sendable () async -> Void
    }

    /// Connects with the coordinator's key, strict as to the host's, and exchanges greetings.
    package static func open(
        to node: InventoryNode, ssh: InventorySSH
    ) async throws(CoordinatorError) -> AgentLink {
        let session: SSHSession
        do throws(SSHError) {
            session = try await SSHSession.connect(to: try await node.agentDestination(ssh))
        } catch {
            throw CoordinatorError(agentLogin: error, node: node.name)
        }
        do throws(CoordinatorError) {
            let (channel, hello, splitter) = try await greet(node.name, over: session)
            let link = AgentLink(node: node.name, hello: hello, session: session, channel: channel)
            await link.startReading(splitter)
            return link
        } catch {
            await session.close()
            throw error
        }
    }

    /// How long an agent may take to greet: systemd may have to start it first.
    private static let greeting: Duration = .seconds(20)

    private static func greet(
        _ node: NodeName, over session: SSHSession
    ) async throws(CoordinatorError) -> (ExecChannel, Hello, LineSplitter) {
        var splitter = LineSplitter()
        // For all of it: one that sends a byte now and then is silent too.
        let deadline = Deadline.after(greeting)
        do {
            let channel = try await session.execute(try RemoteCommand(["connect"]), timeout: greeting)
            try await channel.write(try FrameCodec.encode(Hello.ours), timeout: deadline.remaining)
            while let chunk = try await channel.read(until: deadline) {
                // The agent says nothing between its greeting and our first request.
                guard let line = try splitter.take(chunk).first else { continue }
                let hello = try FrameCodec.decode(Hello.self, from: line)
                guard Hello.ours.common(with: hello) != nil else { throw Self.misfit(node, hello) }
                return (channel, hello, splitter)
            }
            throw Self.silent(node, await channel.standardError.text)
        } catch let error as SSHError {
            throw CoordinatorError(agentLogin: error, node: node)
        } catch let error as CoordinatorError {
            throw error
        } catch {
            throw Self.silent(node, "its greeting cannot be read")
        }
    }

    private static func silent(_ node: NodeName, _ reason: String) -> CoordinatorError {
        let detail = reason.isEmpty ? "" : ": \(reason.cleaned(limit: 300))"
        return CoordinatorError(
            .agentSilent, .unreachable, "\(node): sshd takes the key, but no agent answers\(detail)",
            wayOut:
                "look there at `systemctl status k3s-upgrade-agent.socket k3s-upgrade-agent.service`, or install it "
                + "with `coordinator agents install`")
    }

    private static func misfit(_ node: NodeName, _ hello: Hello) -> CoordinatorError {
        let product = hello.product.cleaned(limit: 40)
        let isOld = hello.newest < Hello.ours.oldest
        return CoordinatorError(
            isOld ? .agentTooOld : .agentTooNew, .refused,
            "\(node): the agent is \(product), too \(isOld ? "old" : "new") for this coordinator, \(Product.version)",
            wayOut: isOld
                ? "update it with `coordinator agents install`" : "use a coordinator of version \(product) or later")
    }

    private init(node: NodeName, hello: Hello, session: SSHSession, channel: ExecChannel) {
        self.node = node
        self.hello = hello
        self.session = session
        self.channel = channel
    }

    /// Who is told of events from now on; nobody is before.
    ///
    /// - Parameters:
    ///   - onEvent: called for each event, in order.
    ///   - onEnd: called once, when the link has ended; at once if it has.
    package func listen(
        onEvent: @escaping @Sendable (Event) async -> Void, onEnd: @escaping @Sendable () async -> Void
    ) async {
        if hasEnded { return await onEnd() }
        listener = Listener(onEvent: onEvent, onEnd: onEnd)
    }

    private func startReading(_ splitter: LineSplitter) {
        reader = Task { [channel] in
            var splitter = splitter
            do {
                while let chunk = try await channel.read() {
                    for line in try splitter.take(chunk) {
                        switch try FrameCodec.decode(Said.self, from: line) {
                        case .answer(let id, let answer): self.settle(id, .success(answer))
                        case .event(let event): await self.listener?.onEvent(event)
                        }
                    }
                }
                self.end(Self.lost(node, "the agent closed the connection"))
            } catch let error as SSHError {
                self.end(CoordinatorError(agentLogin: error, node: node))
            } catch {
                self.end(Self.lost(node, "what it sent cannot be read"))
            }
            await session.close()
            await self.finish()
        }
    }

    private func finish() async {
        hasEnded = true
        await listener?.onEnd()
    }

    private static func lost(_ node: NodeName, _ reason: String) -> CoordinatorError {
        CoordinatorError(
            .linkLost, .unreachable, "\(node): \(reason)",
            wayOut: "look there at `journalctl -u k3s-upgrade-agent`, then run the same command again")
    }

    private func settle(_ id: Int, _ result: Result<Answer, CoordinatorError>) {
        waiting.removeValue(forKey: id)?.resume(returning: result)
    }

    private func end(_ error: CoordinatorError) {
        guard failure == nil else { return }
        failure = error
        let left = waiting
        waiting = [:]
        for continuation in left.values { continuation.resume(returning: .failure(error)) }
    }

    /// Asks, and waits for the answer. Whoever asks for what cannot be sent is refused here; any other failure has ended
    /// the link.
    package func ask(_ request: Request, within limit: Duration) async throws(CoordinatorError) -> Answer {
        if let failure { throw failure }
        lastID += 1
        let id = lastID
        let line: [UInt8]
        do throws(Refusal) { line = try Self.line(id, request) } catch { return .refused(error) }
        let timer = Task {
            try? await Task.sleep(for: limit)
            guard !Task.isCancelled else { return }
            self.end(Self.lost(self.node, "\(request.name.rawValue) was not answered within \(limit)"))
            await self.session.close()
        }
        defer { timer.cancel() }
        let result = await withCheckedContinuation { continuation in
            waiting[id] = continuation
            Task {
                do throws(SSHError) {
                    try await channel.write(line, timeout: limit)
                } catch {
                    self.settle(id, .failure(CoordinatorError(agentLogin: error, node: node)))
                }
            }
        }
        return try result.get()
    }

    /// A request as it is sent.
    static func line(_ id: Int, _ request: Request) throws(Refusal) -> [UInt8] {
        do {
            return try FrameCodec.encode(Asked(id: id, ask: request))
        } catch {
            throw Refusal(.malformed, "\(request.name.rawValue) cannot be sent there: \(error.reason)")
        }
    }

    package func close() async {
        end(Self.lost(node, "the connection was closed"))
        await session.close()
        await reader?.value
    }
}

extension CoordinatorError.Code {
    package static let linkLost = Self(rawValue: "link-lost")
}
