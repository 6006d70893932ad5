package import Wire

/// Makes a plan from what the inventory, the agents, the cluster and the release site say, or tells what stands
/// against one.
package struct Planner: Sendable {
    /// A node of the inventory.
    package struct Member: Hashable, Sendable {
        package let name: NodeName
        package let role: Role

        package init(name: NodeName, role: Role) {
            self.name = name
            self.role = role
        }
    }

    package let members: [Member]
    package let reports: [NodeReport]
    package let cluster: ClusterObservation
    package let release: PlannedRelease
    package let policy: Policy

    package init(
        members: [Member], reports: [NodeReport], cluster: ClusterObservation, release: PlannedRelease, policy: Policy
    ) {
        self.members = members
        self.reports = reports
        self.cluster = cluster
        self.release = release
        self.policy = policy
    }

    /// What stands against bringing the cluster to `target`, and what the operator should know.
    package func findings(for target: K3sVersion) -> [Finding] {
        var findings = membership()
        for member in members {
            guard let version = version(of: member.name) else {
                findings.append(
                    Finding(
                        .refusal, code: "no-version", about: member.name.text, problem: "tells no K3s version",
                        wayOut: "look at `k3s --version` and the service there"))
                continue
            }
            findings += VersionRules.findings(node: member.name, from: version, to: target)
        }
        let servers = members.filter { $0.role == .server }
        let datastore = reports.first { report in servers.contains { $0.name == report.name } }?.datastore
        findings += VersionRules.findings(
            of: target, datastore: datastore, from: servers.compactMap { version(of: $0.name) })
        if datastore == .external, !policy.externalBackupTaken {
            findings.append(
                Finding(
                    .refusal, code: "external-datastore", about: "datastore",
                    problem: "is external, so that no snapshot of it can be taken here",
                    wayOut: "take a backup of it, then say so with --external-backup-taken"))
        }
        if servers.count == 2, datastore == .etcd {
            findings.append(
                Finding(
                    .warning, code: "two-servers", about: "etcd",
                    problem: "has two members: while one restarts there is no quorum",
                    wayOut: "expect the API to be away during each server's restart"))
        }
        for member in members {
            guard let report = reports.first(where: { $0.name == member.name }) else {
                findings.append(
                    Finding(
                        .refusal, code: "no-report", about: member.name.text, problem: "its agent says nothing of it",
                        wayOut: "run `coordinator agents status`"))
                continue
            }
            if release.sha256(for: report.architecture) == nil {
                findings.append(
                    Finding(
                        .refusal, code: "no-binary", about: member.name.text,
                        problem: "is \(report.architecture.rawValue), for which \(target) has no binary",
                        wayOut: "choose a release that has one"))
            }
        }
        return findings
    }

    /// The inventory against what agents and cluster say.
    private func membership() -> [Finding] {
        var findings: [Finding] = []
        for member in members {
            guard let seen = cluster.node(member.name) else {
                findings.append(
                    Finding(
                        .refusal, code: "unknown-node", about: member.name.text,
                        problem: "is in the inventory, and the cluster does not know it",
                        wayOut: "mend its name in the inventory (`kubectl get nodes` shows the cluster's)"))
                continue
            }
            let role: Role = seen.isServer ? .server : .worker
            let reported = reports.first { $0.name == member.name }?.role ?? role
            if role != member.role || reported != member.role {
                findings.append(
                    Finding(
                        .refusal, code: "wrong-role", about: member.name.text,
                        problem:
                            "is a \(member.role.rawValue) in the inventory, a \(role.rawValue) to the cluster and a "
                            + "\(reported.rawValue) by its own unit",
                        wayOut: "mend the inventory, or the node if its role was changed by accident"))
            }
            if !seen.ready {
                findings.append(
                    Finding(
                        .refusal, code: "not-ready", about: member.name.text, problem: "is not Ready",
                        wayOut: "bring it back first: `kubectl describe node \(member.name)`"))
            }
        }
        for node in cluster.nodes where !members.contains(where: { $0.name == node.name }) {
            findings.append(
                Finding(
                    .refusal, code: "left-out", about: node.name.text,
                    problem: "is a node of the cluster, and the inventory leaves it out",
                    wayOut: "add it to the inventory and run `coordinator agents install`"))
        }
        return findings
    }

    private func version(of node: NodeName) -> K3sVersion? {
        // The cluster's word is what runs; the disk's may be ahead of it after an upgrade that was not finished.
        cluster.node(node)?.version ?? reports.first { $0.name == node }?.versionRunning
    }

    /// Whether nothing is left to do on a node: what it runs, shows and would start again is `version`.
    private func runs(_ node: NodeName, _ version: K3sVersion) -> Bool {
        guard let report = reports.first(where: { $0.name == node }) else { return false }
        return cluster.node(node)?.version == version && report.versionRunning == version
            && report.versionOnDisk == version
    }

    /// The steps of an upgrade, in order; none for a node that is there already. Call it only when `findings` has no
    /// refusal.
    package func upgrade(to target: K3sVersion, run: RunID) -> Plan {
        let nodes = plannedNodes()
        let due = nodes.filter { !runs($0.name, target) }
        let first = nodes.first { $0.role == .server }?.name
        let datastore = reports.first { $0.name == first }?.datastore
        return Plan(
            run: run, purpose: .upgrade, target: target, nodes: nodes,
            steps: Self.upgradeSteps(due: due, snapshotAt: datastore == .external ? nil : first), release: release,
            policy: policy, baseline: Baseline(of: cluster))
    }

    /// - Parameters:
    ///   - due: the nodes that are not there yet, servers first.
    ///   - snapshotAt: the server that takes the snapshot; nil where none can be taken.
    static func upgradeSteps(due: [PlannedNode], snapshotAt: NodeName?) -> [Step] {
        let servers = due.filter { $0.role == .server }.map(\.name)
        let workers = due.filter { $0.role == .worker }.map(\.name)
        var steps = due.map { Step(.stage, $0.name) }
        if let snapshotAt, !due.isEmpty { steps.append(Step(.snapshot, snapshotAt)) }
        steps += servers.map { Step(.install, $0) }
        for worker in workers { steps += [Step(.drain, worker), Step(.install, worker), Step(.uncordon, worker)] }
        return steps
    }

    static func rollbackSteps(of worker: NodeName) -> [Step] {
        [Step(.drain, worker), Step(.rollback, worker), Step(.uncordon, worker)]
    }

    /// The steps that bring one worker back to what its kit holds.
    package func rollback(of worker: NodeName, to version: K3sVersion, run: RunID) -> Plan {
        let nodes = plannedNodes().map {
            $0.name == worker
                ? PlannedNode(name: $0.name, role: $0.role, architecture: $0.architecture, version: version) : $0
        }
        return Plan(
            run: run, purpose: .rollback, target: version, nodes: nodes,
            steps: Self.rollbackSteps(of: worker), release: release, policy: policy, baseline: Baseline(of: cluster))
    }

    /// Servers by name, then workers by name.
    private func plannedNodes() -> [PlannedNode] {
        members.sorted { ($0.role == .server ? 0 : 1, $0.name) < ($1.role == .server ? 0 : 1, $1.name) }
            .compactMap { member in
                guard let report = reports.first(where: { $0.name == member.name }),
                    let version = version(of: member.name)
                else { return nil }
                return PlannedNode(
                    name: member.name, role: member.role, architecture: report.architecture, version: version)
            }
    }
}
