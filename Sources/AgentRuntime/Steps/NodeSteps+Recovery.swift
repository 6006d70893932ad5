internal import AgentCore
internal import Wire

extension NodeSteps {
    /// What the machine must know of the node when it comes back into a step.
    func recoveryLook(of state: AgentState) async throws(NodeError) -> RecoveryLook {
        guard let open = state.current, let plan = state.stored?.plan, open.step.kind.place == .node else {
            return RecoveryLook(binaryIsPlaced: false)
        }
        let installation = try installation()
        let wanted = try await wantedSHA256(of: open.step, in: plan)
        let present = try await FileDigest.ofPresent(root.path(installation.binary), following: true)
        return RecoveryLook(binaryIsPlaced: wanted != nil && present?.sha256 == wanted)
    }

    /// The node's name in the cluster.
    ///
    /// Throws what looking for K3s' unit throws, and `bad-name`.
    func nodeName() throws(NodeError) -> NodeName {
        let installation = try installation()
        guard let name = NodeName(installation.nodeName) else {
            throw NodeError(
                .badName, "\(installation.nodeName) is no name of a Kubernetes node",
                wayOut: "correct --node-name, or the machine's host name")
        }
        return name
    }
}
