internal import SSH
internal import Wire

/// One binary on its way to one node, over an SSH session of its own: the node's forced command `receive` takes it.
struct NodePush: Sendable {
    let node: InventoryNode
    let ssh: InventorySSH
    let binary: ReleaseBinary
    let onNote: @Sendable (BinaryPush.Note) -> Void

    /// For the node to fetch its checksum list, or to hash what it has got and get it onto its disk.
    private static let replyLimit: Duration = .seconds(120)
    /// For one piece: a line that takes less than 4 KiB a second is of no use.
    private static let pieceLimit: Duration = .seconds(60)
    /// Between two words about how far it is.
    private static let noteInterval: Duration = .seconds(5)

    func run() async throws(CoordinatorError) {
        let session: SSHSession
        do throws(SSHError) {
            session = try await SSHSession.connect(to: try await node.agentDestination(ssh))
        } catch {
            throw CoordinatorError(agentLogin: error, node: node.name)
        }
        do throws(CoordinatorError) {
            try await push(over: session)
        } catch {
            await session.close()
            throw error
        }
        await session.close()
    }

    private func push(over session: SSHSession) async throws(CoordinatorError) {
        let began = ContinuousClock.now
        let channel: ExecChannel
        do throws(SSHError) {
            // As it is: the forced command compares the line.
            channel = try await session.execute(RemoteCommand(shellLine: binary.order.commandLine))
        } catch {
            throw CoordinatorError(error)
        }
        var replies = Replies(channel: channel, node: node.name)
        switch try await replies.next(within: Self.replyLimit) {
        case .present:
            onNote(.present(node.name))
            return
        case .refused(let failure): throw refused(failure, .refused)
        case .kept: throw replies.unreadable()
        case .wanted: break
        }
        try await send(to: channel)
        switch try await replies.next(within: Self.replyLimit) {
        case .kept: onNote(.kept(node.name, size: binary.order.size, seconds: began.duration(to: .now) / .seconds(1)))
        case .refused(let failure): throw refused(failure, .failed)
        case .present, .wanted: throw replies.unreadable()
        }
    }

    private func send(to channel: ExecChannel) async throws(CoordinatorError) {
        var sent: Int64 = 0
        var nextNote = ContinuousClock.now
        while true {
            if ContinuousClock.now >= nextNote {
                onNote(.sending(node.name, sent: sent, of: binary.order.size))
                nextNote = .now + Self.noteInterval
            }
            let piece = try await binary.piece(from: sent)
            do throws(SSHError) {
                if piece.isEmpty { return try await channel.finishInput() }
                try await channel.write(piece, timeout: Self.pieceLimit)
            } catch {
                // The node takes no more: its reply says why.
                if error.code == .channelClosed { return }
                throw CoordinatorError(error)
            }
            sent += Int64(piece.count)
        }
    }

    private func refused(_ failure: Failure, _ kind: CoordinatorError.Kind) -> CoordinatorError {
        CoordinatorError(
            .pushRefused, kind,
            "\(node.name) does not take k3s \(binary.order.version): \(failure.message.cleaned(limit: 500))",
            wayOut: failure.wayOut.cleaned(limit: 300))
    }
}

/// The lines that a node answers a push with.
private struct Replies {
    let channel: ExecChannel
    let node: NodeName
    private var splitter = LineSplitter(limit: 64 << 10)
    private var waiting: [[UInt8]] = []

    init(channel: ExecChannel, node: NodeName) {
        self.channel = channel
        self.node = node
    }

    mutating func next(within limit: Duration) async throws(CoordinatorError) -> PushReply {
        let deadline = Deadline.after(limit)
        while waiting.isEmpty {
            let chunk: [UInt8]?
            do throws(SSHError) {
                chunk = try await channel.read(until: deadline)
            } catch {
                throw CoordinatorError(error)
            }
            guard let chunk else { throw silent(await channel.standardError.text) }
            do {
                waiting = try splitter.take(chunk)
            } catch {
                throw unreadable()
            }
        }
        guard let reply = try? FrameCodec.decode(PushReply.self, from: waiting.removeFirst()) else {
            throw unreadable()
        }
        return reply
    }

    private func silent(_ words: String) -> CoordinatorError {
        let last = words.split(whereSeparator: \.isNewline).last.map { ": \($0.description.cleaned(limit: 300))" } ?? ""
        return CoordinatorError(
            .pushUnanswered, .failed, "\(node) gives no answer to a push\(last)",
            wayOut: "update its agent with `coordinator agents install`, or look there at "
                + "`journalctl -u k3s-upgrade-agent`")
    }

    func unreadable() -> CoordinatorError {
        CoordinatorError(
            .pushUnanswered, .failed, "\(node) answers a push with something else",
            wayOut: "update its agent with `coordinator agents install`")
    }
}

extension CoordinatorError.Code {
    /// The node says no, or what came was not what it was to be.
    package static let pushRefused = Self(rawValue: "push-refused")
    package static let pushUnanswered = Self(rawValue: "push-unanswered")
}
