internal import AgentCore
internal import Synchronization
internal import SystemPackage
package import Wire

extension NodeSteps {
    /// One drain at a time runs by this agent.
    static let drainStep = "drain"
    /// Tries of a guarded write that somebody else's write got ahead of.
    private static let guardedTries = 8

    func kubectl(_ installation: NodeInstallation, _ runner: CommandRunner) -> Kubectl {
        Kubectl(k3s: root.path(installation.binary), cache: stores.kubectlCache, runner: runner)
    }

    private func node(_ name: NodeName, by kubectl: Kubectl) async throws(NodeError) -> ClusterNode {
        guard let node = try await kubectl.node(name.text) else {
            throw NodeError(.nodeUnknown, "the cluster has no node \(name)", wayOut: "kubectl get nodes")
        }
        return node
    }

    func cordon(_ scene: Scene) async throws(NodeError) -> StepFacts {
        let kubectl = kubectl(try scene.installation(), scene.runner)
        let mark = CordonMark(run: scene.plan.run, epoch: scene.effect.epoch)
        var facts = StepFacts()
        // The gate has looked a moment ago: enough for a guarded write, but not for deciding against one.
        var known = looked.withLock { $0[scene.node.text] }
        for _ in 0..<Self.guardedTries {
            let node = if let known, !known.isUnschedulable { known } else { try await node(scene.node, by: kubectl) }
            known = nil
            if node.isUnschedulable {
                // Without our mark the cordon is the operator's, and stays.
                guard Kubectl.mark(of: node) != nil else {
                    facts.cordonIsOurs = false
                    return facts
                }
                guard CordonMark(of: node) != mark else {
                    facts.cordonIsOurs = true
                    return facts
                }
                // An earlier epoch made it, maybe by another server's agent, or a run that was left behind for this
                // one: it becomes this drain's, and whoever held it before keeps its hands off.
            }
            if case .done = try await kubectl.cordon(node, mark: mark.text) {
                facts.cordonIsOurs = true
                return facts
            }
        }
        throw Self.contended(scene.node)
    }

    private static func contended(_ node: NodeName) -> NodeError {
        NodeError(
            .nodeContended, "the node \(node) was changed by somebody else at each of \(guardedTries) tries",
            wayOut: "find out what keeps writing to the node object")
    }

    func evict(_ scene: Scene) async throws(NodeError) -> StepFacts {
        let installation = try scene.installation()
        let kubectl = kubectl(installation, scene.runner)
        let timeout = Duration.seconds(scene.plan.policy.drainTimeout)
        let output = stores.work.appending("drain.log")
        guard let unit = kubectl.drainUnit(scene.node.text, step: Self.drainStep, output: output, timeout: timeout)
        else {
            throw NodeError(.badName, "\(Self.drainStep) is no name for a step's unit")
        }
        try Durable.createFolder(stores.work, mode: .ownerReadWriteExecute)
        try await scene.systemd.forget(transient: unit.name)
        guard try await scene.systemd.run(unit) else {
            try await scene.systemd.forget(transient: unit.name)
            let printed = scene.clean((try? Systemd.output(of: output)) ?? "")
            throw NodeError(
                .drainFailed, "\(scene.node) could not be drained: \(printed.suffix(600))",
                wayOut: "look at the budgets and pods that are named: k3s kubectl get pdb -A")
        }
        return StepFacts()
    }

    func awaitNode(_ scene: Scene) async throws(NodeError) -> StepFacts {
        let kubectl = kubectl(try scene.installation(), scene.runner)
        let planned = scene.plan.node(scene.node)
        let wanted = scene.plan.purpose == .upgrade ? scene.plan.target : planned?.version ?? scene.plan.target
        var last = "it was not looked at"
        var heartbeats: Set<String> = []
        let seen: Bool? = try await Poll(
            every: .milliseconds(20), slowingTo: .seconds(2), deadline: .seconds(scene.plan.policy.gateTimeout)
        ).first { () async throws(NodeError) in
            do throws(NodeError) {
                guard let (node, lease) = try await kubectl.nodeWithLease(scene.node.text) else {
                    last = "the cluster has no such node"
                    return nil
                }
                self.seen.withLock { $0 = node }
                if let renewed = lease?.renewed { heartbeats.insert(renewed) }
                // Two renewals while we look: a Ready that nobody had taken back yet would not renew.
                guard node.isReady, node.version == wanted, heartbeats.count > 2 else {
                    last = "it is \(node.isReady ? "Ready" : "not Ready") on \(node.kubeletVersion)"
                    return nil
                }
                return true
            } catch {
                if error.code == .cancelled { throw error }
                last = error.message
                return nil
            }
        }
        guard seen == true else {
            throw NodeError(
                .nodeNotBack, "\(scene.node) did not come back on \(wanted): \(last)",
                wayOut: "look at `systemctl status k3s-agent` there; `coordinator rollback --node \(scene.node)` "
                    + "puts its former version back")
        }
        return StepFacts()
    }

    func uncordon(_ scene: Scene) async throws(NodeError) -> StepFacts {
        // A write that is guarded needs no newer look than the one that ended the wait.
        let last = seen.withLock { seen in seen?.name == scene.node.text ? seen : nil }
        try await takeCordonOff(
            scene.node, of: scene.plan.run, scene.effect.epoch, seen: last,
            by: kubectl(try scene.installation(), scene.runner))
        return StepFacts()
    }

    /// Takes off the run's own cordon, of this epoch or an earlier one; any other stays.
    ///
    /// - Parameter seen: the node as it was looked at just now; nil to look.
    private func takeCordonOff(
        _ name: NodeName, of run: RunID, _ epoch: Epoch, seen: ClusterNode? = nil, by kubectl: Kubectl
    ) async throws(NodeError) {
        var known = seen
        for _ in 0..<Self.guardedTries {
            let node = if let known { known } else { try await node(name, by: kubectl) }
            known = nil
            guard CordonMark(of: node)?.belongs(to: run, by: epoch) == true else { return }
            if case .conflict = try await kubectl.uncordon(node) { continue }
            return
        }
        throw Self.contended(name)
    }

    /// What a step had prepared is taken back.
    func undo(_ scene: Scene) async throws(NodeError) -> StepFacts {
        switch scene.step.kind {
        case .drain:
            if let name = TransientUnit.name(step: Self.drainStep) { try await scene.systemd.forget(transient: name) }
            try await takeCordonOff(
                scene.node, of: scene.plan.run, scene.effect.epoch,
                by: kubectl(try scene.installation(), scene.runner))
        case .stage, .snapshot, .install, .rollback, .uncordon:
            // Nothing was changed that anything rests on: what is staged or half saved is swept by the next try.
            break
        }
        return StepFacts()
    }

    /// Whether no cordon of the hold's is on the node any more.
    func giveBack(_ drain: HeldDrain) async -> Bool {
        do {
            let installation = try installation()
            let kubectl = kubectl(installation, runner.scrubbing(installation.configuration.secrets))
            guard let node = try await kubectl.node(drain.node.text) else { return true }
            guard CordonMark(of: node)?.belongs(to: drain.run, by: drain.epoch) == true else { return true }
            // A node that is not Ready keeps its cordon, and is named in the report.
            guard node.isReady else { return false }
            try await takeCordonOff(drain.node, of: drain.run, drain.epoch, seen: node, by: kubectl)
            return true
        } catch {
            Log.error("\(drain.node) could not be given back: \(error)")
            return false
        }
    }
}

extension CordonMark {
    /// As it stands in the annotation: run, counter and process.
    var text: String { "\(run) \(epoch)" }

    package init?(of node: ClusterNode) {
        guard let words = Kubectl.mark(of: node)?.split(separator: " "), words.count == 2,
            let run = RunID(String(words[0]))
        else { return nil }
        let numbers = words[1].split(separator: ".")
        guard numbers.count == 2, let counter = UInt64(numbers[0]), let process = UInt64(numbers[1], radix: 16) else {
            return nil
        }
        self.init(run: run, epoch: Epoch(counter: counter, process: process))
    }
}

extension NodeError.Code {
    package static let nodeContended = Self(rawValue: "node-contended")
    package static let drainFailed = Self(rawValue: "drain-failed")
    package static let nodeNotBack = Self(rawValue: "node-not-back")
}
