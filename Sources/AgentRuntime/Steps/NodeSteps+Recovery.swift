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

    /// Puts unit and environment back where the official installer, ended by a power cut, has left none, or where a step
    /// could not put them back: nothing on the node says then that it was one of K3s. A K3s that was uninstalled
    /// stays so.
    func mendDefinition(of state: AgentState) async throws(NodeError) {
        guard let plan = state.stored?.plan, let owed = state.owedDefinition else { return }
        if !owed.isKnownBroken {
            do throws(NodeError) {
                _ = try installation()
                return
            } catch {
                guard error.code == .unitMissing || error.code == .unitUnclear else { return }
            }
        }
        let kit =
            owed.step.kind == .install ? try stores.kits.open(plan.run.text).map(RollbackKit.init) : try rollbackKit()
        guard let kit, let binary = kit.saved.manifest.files.first(where: { $0.part == .binary })?.place,
            try FileFacts(at: root.path(binary), following: true) != nil
        else { return }
        let put = try await kit.putBack(in: root, systemd: Systemd(runner))
        if !put.isEmpty { Log.info("\(owed.step): put back from the kit: \(put.joined(separator: ", "))") }
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
