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

    /// Puts unit and environment back where a power cut ended the official installer after it had deleted them: nothing
    /// on the node says then that it was one of K3s. Only in the middle of a step, since a K3s that was uninstalled
    /// otherwise stays so.
    func mendDefinition(of state: AgentState) async throws(NodeError) {
        guard let open = state.current, let plan = state.stored?.plan else { return }
        do throws(NodeError) {
            _ = try installation()
        } catch {
            guard error.code == .unitMissing else { return }
            let kit: RollbackKit? =
                switch open.step.kind {
                case .install: try stores.kits.open(plan.run.text).map(RollbackKit.init)
                case .rollback: try rollbackKit()
                case .stage, .snapshot, .drain, .uncordon: nil
                }
            let put = try await kit?.putBack(in: root, systemd: Systemd(runner)) ?? []
            Log.info("\(open.step): put back from the kit: \(put.joined(separator: ", "))")
        }
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
