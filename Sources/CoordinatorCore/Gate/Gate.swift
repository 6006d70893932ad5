package import Wire

/// What must hold before the next node is touched. Fed with looks at the cluster, one after another, it opens when a
/// look finds nothing to wait for.
///
/// A look by itself proves little right after a restart: a node whose kubelet stopped shows Ready with its old version
/// for 47 s, and while the controllers sleep (25 s after a server's restart) every status shows what was. So the gate
/// wants every node's Lease to be renewed while it looks, of a node that was just disrupted also its version, and after
/// a server leaders that renew theirs.
package struct Gate: Sendable {
    package enum Verdict: Hashable, Sendable {
        case open
        /// What is not yet as it must be, in words.
        case waiting([String])
    }

    /// Renewals after which a node, or a leader, that was just down is believed, and every node before the run is over.
    static let renewals = 2

    private let plan: Plan
    /// Nodes that must show the version they are brought to.
    private let upgraded: [NodeName]
    /// Nodes disrupted since the last gate.
    private let disrupted: [NodeName]
    /// Whether a cordon of another run's is waited for: where an agent that may hold the node is not asked.
    private let watchesMarks: Bool
    /// A node whose failed step is gone on with, or that is to be taken back: what it is like says nothing of the others.
    private let unfinished: NodeName?
    private var heartbeats: [Renewals]
    private var leaders: [Renewals] = []

    private struct Renewals: Sendable {
        let name: String
        var wanted = Gate.renewals
        var last: String?
        var count = 0

        var areEnough: Bool { count >= wanted }

        mutating func see(_ text: String?) {
            guard let text, text != last else { return }
            if last != nil { count += 1 }
            last = text
        }
    }

    /// - Parameter alive: nodes whose Lease a server's agent has seen renewed since, a moment ago.
    /// - Parameter isLast: whether nothing comes after it, so that what it believes is the run's last word.
    package init(
        plan: Plan, upgraded: [NodeName], disrupted: [NodeName], alive: [NodeName] = [], isLast: Bool = false,
        watchesMarks: Bool = false, unfinished: NodeName? = nil
    ) {
        self.watchesMarks = watchesMarks
        self.unfinished = unfinished
        self.plan = plan
        self.upgraded = upgraded
        self.disrupted = disrupted
        // A node that lost its power shows Ready for some 40 s more: even of those that were left alone one renewal is
        // wanted, which shows that the node lived after the gate's first look.
        heartbeats = plan.nodes.map(\.name).filter { !alive.contains($0) && $0 != unfinished }.map {
            Renewals(name: $0.text, wanted: isLast || disrupted.contains($0) ? Self.renewals : 1)
        }
    }

    /// Whether a server was disrupted, so that the control plane must be seen to lead again.
    private var watchesLeaders: Bool { disrupted.contains { plan.node($0)?.role == .server } }

    package mutating func judge(_ look: ClusterObservation) -> Verdict {
        // A node that is not Ready serves nobody: taking it back disrupts nothing more, whatever else is amiss.
        if let unfinished, plan.purpose == .rollback, look.node(unfinished)?.ready == false { return .open }
        var reasons: [String] = []
        for planned in plan.nodes { reasons += judge(planned, in: look) }
        for index in heartbeats.indices {
            heartbeats[index].see(look.nodes.first { $0.name.text == heartbeats[index].name }?.heartbeat)
            if !heartbeats[index].areEnough {
                let often = heartbeats[index].wanted == 1 ? "" : " twice"
                reasons.append("\(heartbeats[index].name) has not renewed its node Lease\(often) since")
            }
        }
        if watchesLeaders { reasons += judgeLeaders(look.leaders) }
        reasons += plan.baseline.workloads.compactMap { judge($0, in: look) }
        reasons += plan.baseline.volumes.compactMap { judge($0, in: look) }
        reasons += look.unfinishedJobs.map { "the packaged component \($0) is still being installed" }
        return reasons.isEmpty ? .open : .waiting(reasons)
    }

    private func judge(_ planned: PlannedNode, in look: ClusterObservation) -> [String] {
        guard let node = look.node(planned.name) else { return ["\(planned.name) is not in the cluster"] }
        var reasons: [String] = []
        if !node.ready, node.name != unfinished { reasons.append("\(node.name) is not Ready") }
        if upgraded.contains(node.name) {
            let wanted = plan.version(of: planned)
            if node.version != wanted {
                reasons.append("\(node.name) reports \(node.version.map { "\($0)" } ?? "no version"), not \(wanted)")
            }
            if !node.schedulable, !plan.baseline.cordonedByOperator.contains(node.name) {
                let isOurs = node.cordon?.run == plan.run
                reasons.append(
                    isOurs
                        ? "\(node.name) is still cordoned"
                        : "\(node.name) is cordoned, not by this run: kubectl uncordon \(node.name)")
            }
        }
        if watchesMarks, let mark = node.cordon, mark.run != plan.run, !isRolledBack(node.name) {
            reasons.append("\(node.name) is cordoned by run \(mark.run)")
        }
        if node.isVoter == false { reasons.append("\(node.name) is no voting member of etcd") }
        return reasons
    }

    /// The node that a rollback is for: its own drain takes the cordon over.
    private func isRolledBack(_ node: NodeName) -> Bool {
        plan.purpose == .rollback && plan.steps.contains { $0.node == node }
    }

    private mutating func judgeLeaders(_ seen: [ObservedLeader]) -> [String] {
        for leader in seen {
            let index = leaders.firstIndex { $0.name == leader.name } ?? leaders.endIndex
            if index == leaders.endIndex { leaders.append(Renewals(name: leader.name)) }
            leaders[index].see(leader.holder.isEmpty ? nil : leader.renewal)
        }
        return leaders.filter { !$0.areEnough }.map { "\($0.name) does not lead yet" }
    }

    private func judge(_ before: Workload, in look: ClusterObservation) -> String? {
        guard let now = look.workloads.first(where: { $0.id == before.id }) else { return "\(before.id) is gone" }
        guard now.observed else { return "\(before.id): its controller has not seen it since" }
        let wanted = min(before.ready, now.desired)
        return now.ready >= wanted ? nil : "\(before.id): \(now.ready) of \(wanted) ready"
    }

    private func judge(_ before: Volume, in look: ClusterObservation) -> String? {
        guard let now = look.volumes.first(where: { $0.id == before.id }) else { return "\(before.id) is gone" }
        // One that was waiting for its first pod has got what it waited for.
        return now.phase == before.phase || now.phase == "Bound"
            ? nil : "\(before.id) is \(now.phase), was \(before.phase)"
    }
}

extension Plan {
    /// What the run brings a node to.
    package func version(of node: PlannedNode) -> K3sVersion { purpose == .upgrade ? target : node.version }
}
