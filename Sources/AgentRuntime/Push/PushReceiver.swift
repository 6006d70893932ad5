internal import Glibc
internal import Synchronization
package import Wire

/// The daemon's half of a push: decides whether the binary is taken, and writes it. What comes is not looked into, only
/// hashed; it lies under another name until it is known to be what the node's own release site lists.
package final class PushReceiver: Sendable {
    /// How long a push may take.
    package struct Limits: Sendable {
        /// Without a byte.
        package var silence: Duration = .seconds(60)
        /// In all.
        package var whole: Duration = .seconds(1_800)

        package init() {}
    }

    private let root: SystemRoot
    private let runner: CommandRunner
    private let limits: Limits
    private let isUnderWay = Mutex(false)

    package init(root: SystemRoot = .real, runner: CommandRunner, limits: Limits = Limits()) {
        self.root = root
        self.runner = runner
        self.limits = limits
    }

    /// Removes what a loss of power in the middle of a push or a download left. For the agent's start, before anything
    /// is written.
    package func removeUnfinished() {
        do throws(NodeError) {
            let installation = try NodeInstallation.discover(in: root)
            for name in try Staging(for: installation, architecture: .current()).removeUnfinished() {
                Log.info("removed \(name), which a push or a download had left unfinished")
            }
        } catch {
            Log.error("what a push may have left unfinished is not removed: \(error)")
        }
    }

    /// Carries one push through to its last reply; blocks its thread. The descriptor, a connected socket, stays the
    /// caller's.
    package func serve(_ order: PushOrder, over descriptor: Int32) {
        let reply: PushReply
        do throws(NodeError) {
            reply = try receive(order, from: descriptor)
            Log.info("push of k3s \(order.version): \(reply.name.rawValue)")
        } catch {
            reply = .refused(Failure(error))
            Log.error("push of k3s \(order.version) refused: \(error)")
        }
        _ = SocketLine.send(reply, to: descriptor)
    }

    private func receive(_ order: PushOrder, from descriptor: Int32) throws(NodeError) -> PushReply {
        let isFree = isUnderWay.withLock { isUnderWay in
            defer { isUnderWay = true }
            return !isUnderWay
        }
        guard isFree else {
            throw NodeError(
                .pushUnderWay, "another push to this node is under way",
                wayOut: "wait for its end, then run the same command again")
        }
        defer { isUnderWay.withLock { $0 = false } }
        let look = try Blocking.wait { await self.look(order) }.get()
        guard !look.isPresent else { return .present }
        var artifact = try PushedArtifact.begin(order, in: look.staging)
        guard SocketLine.send(PushReply.wanted, to: descriptor) else { throw Self.broken() }
        try copy(from: descriptor, to: &artifact)
        _ = try artifact.finish()
        return .kept
    }

    private struct Look: Sendable {
        let staging: Staging
        let isPresent: Bool
    }

    /// All that can be told before the first byte.
    private func look(_ order: PushOrder) async -> Result<Look, NodeError> {
        do throws(NodeError) {
            let policy = try NodePolicyFile(root: root).require()
            try PushedArtifact.requirePermission(policy)
            let installation = try NodeInstallation.discover(in: root)
            let staging = Staging(for: installation, architecture: try .current())
            let list = try await staging.knownChecksums(
                order.version, policy: policy, proxies: installation.configuration.proxies,
                runner: runner.scrubbing(installation.configuration.secrets))
            try PushedArtifact.requireGenuine(order, by: list, for: staging.architecture)
            let staged = try await staging.stagedBinary(order.version)
            return .success(Look(staging: staging, isPresent: staged?.sha256 == order.sha256))
        } catch {
            return .failure(error)
        }
    }

    /// To the end of the input, which has to come: a byte behind the last one makes it another file.
    private func copy(from descriptor: Int32, to artifact: inout PushedArtifact) throws(NodeError) {
        var silence = timeval(tv_sec: Int(limits.silence.components.seconds), tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &silence, socklen_t(MemoryLayout<timeval>.size))
        let end = ContinuousClock.now + limits.whole
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EAGAIN || errno == EWOULDBLOCK { throw Self.late("no byte for \(limits.silence)") }
            guard count >= 0 else { throw Self.broken() }
            guard count > 0 else { return }
            guard ContinuousClock.now < end else { throw Self.late("it took more than \(limits.whole)") }
            try artifact.write(buffer[..<count])
        }
    }

    private static func late(_ reason: String) -> NodeError {
        NodeError(
            .pushTimedOut, "the push was ended: \(reason)",
            wayOut: "look at the network between coordinator and node, "
                + "then run the same command again")
    }

    private static func broken() -> NodeError {
        NodeError(.pushIncomplete, "the connection of the push broke", wayOut: "run the same command again")
    }
}

extension NodeError.Code {
    package static let pushUnderWay = Self(rawValue: "push-under-way")
    package static let pushTimedOut = Self(rawValue: "push-timed-out")
}
