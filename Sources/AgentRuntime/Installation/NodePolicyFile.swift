internal import SystemPackage
package import Wire

/// The node's policy on disk: read by the agent at its start, written by `install` only.
package struct NodePolicyFile: Sendable {
    private static let limit = 64 * 1024

    private let path: FilePath

    package init(root: SystemRoot = .real) { path = root.path(AgentPlaces.policy) }

    /// Nil where there is none. A member that this version does not know is an error: it may have been meant to
    /// forbid something.
    package func read() throws(NodeError) -> NodePolicy? {
        guard let bytes = try PlainFile.bytesIfPresent(path, limit: Self.limit) else { return nil }
        do {
            return try FrameCodec.decodeStrictly(NodePolicy.self, from: bytes)
        } catch {
            throw NodeError(
                .policyMalformed, "\(path) is no node policy: \(error.reason)",
                wayOut: "run `coordinator agents install --replace-policy`, which writes it anew")
        }
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
