internal import SystemPackage
package import Wire

/// The node's policy on disk: read by the agent at its start, written by `install` only.
package struct NodePolicyFile: Sendable {
    private static let limit = 64 * 1024

    private let path: FilePath
    private let owner: FileOwner

    /// - Parameter owner: whose file it must be; another than root only in tests.
    package init(root: SystemRoot = .real, owner: FileOwner = .current) {
        path = root.path(AgentPlaces.policy)
        self.owner = owner
    }

    /// Nil where there is none. A file that others could have written is refused. A member that this version does not know is an error: it may have been meant to
    /// forbid something.
    package func read() throws(NodeError) -> NodePolicy? {
        guard let facts = try FileFacts(at: path) else { return nil }
        guard facts.kind == .file, facts.owner.user == owner.user,
            facts.mode.isDisjoint(with: [.groupWrite, .otherWrite])
        else {
            throw NodeError(
                .policyUnsafe, "\(path) is not used: others than root may have written it",
                wayOut: "chown root \(path) && chmod 600 \(path), after a look at what it says")
        }
        let bytes = try PlainFile.open(path).bytes(limit: Self.limit)
        do {
            return try FrameCodec.decodeStrictly(NodePolicy.self, from: bytes)
        } catch {
            throw NodeError(
                .policyMalformed, "\(path) is no node policy: \(error.reason)",
                wayOut: "run `coordinator agents install --replace-policy`, which writes it anew")
        }
    }

    /// The policy in force; an agent without one fetches nothing.
    func require() throws(NodeError) -> NodePolicy {
        guard let policy = try read() else {
            throw NodeError(
                .refusedByPolicy, "this node has no policy: \(path) is missing",
                wayOut: "run `coordinator agents install`, which writes it")
        }
        return policy
    }

    func write(_ policy: NodePolicy, owner: FileOwner) throws(NodeError) {
        let bytes: [UInt8]
        do {
            bytes = try FrameCodec.encode(policy)
        } catch {
            throw NodeError(.policyMalformed, "the policy cannot be written: \(error.reason)")
        }
        try Durable.createFolder(path.removingLastComponent(), mode: .folder)
        try Durable.replace(path, with: bytes, mode: .ownerReadWrite, owner: owner)
    }
}

extension NodeError.Code {
    package static let policyMalformed = Self(rawValue: "policy-malformed")
}
