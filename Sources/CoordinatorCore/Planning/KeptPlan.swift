package import Wire

/// A plan as an agent has kept it, held against what a planner would make of the same nodes before it is gone on with.
/// It comes from a node, and one that cannot be trusted could hand out any: leave the snapshot out, take workers before
/// servers, pass over a node, go back a version.
package struct KeptPlan: Sendable {
    private let plan: Plan
    private let members: [Planner.Member]
    private let reports: [NodeReport]

    /// - Parameters:
    ///   - members: the inventory's nodes.
    ///   - reports: of those that answered.
    package init(_ plan: Plan, members: [Planner.Member], reports: [NodeReport]) {
        self.plan = plan
        self.members = members
        self.reports = reports
    }

    /// What stands against it; empty for one that this coordinator could have made. A node of the plan that the
    /// inventory no longer lists is nothing against it: whoever took it out has to say that it is down.
    package var findings: [Finding] {
        if let what = misshape { return [.strangePlan(plan.run, what)] }
        guard plan.purpose == .upgrade else { return [] }
        return reports.flatMap { report -> [Finding] in
            guard plan.node(report.name) != nil, let version = report.versionOnDisk else { return [] }
            return VersionRules.findings(node: report.name, from: version, to: plan.target)
        }
    }

    private var misshape: String? {
        if Set(plan.nodes.map(\.name)).count != plan.nodes.count { return "it lists a node twice" }
        for member in members {
            guard let planned = plan.node(member.name) else { return "it leaves \(member.name) out" }
            if planned.role != member.role { return "\(member.name) is a \(planned.role.rawValue) in it" }
        }
        switch plan.purpose {
        case .upgrade: return misshapenUpgrade
        case .rollback: return misshapenRollback
        }
    }

    private var misshapenUpgrade: String? {
        let installed = plan.steps.filter { $0.kind == .install }.map(\.node)
        let due = plan.nodes.filter { installed.contains($0.name) }
        let first = plan.servers.first
        let datastore = report(first)?.datastore
        let isExternal = datastore == .external || datastore == nil && !plan.steps.contains { $0.kind == .snapshot }
        guard plan.steps == Planner.upgradeSteps(due: due, snapshotAt: isExternal ? nil : first) else {
            return "its steps or their order are others"
        }
        for node in plan.nodes where !installed.contains(node.name) {
            if let onDisk = report(node.name)?.versionOnDisk, onDisk != plan.target {
                return "it passes over \(node.name), which has \(onDisk)"
            }
        }
        return nil
    }

    private var misshapenRollback: String? {
        guard let worker = plan.steps.first?.node, let planned = plan.node(worker), planned.role == .worker,
            plan.steps == Planner.rollbackSteps(of: worker)
        else { return "its steps or their order are others" }
        return planned.version == plan.target ? nil : "it brings \(worker) back to \(planned.version)"
    }

    private func report(_ node: NodeName?) -> NodeReport? { reports.first { $0.name == node } }
}

extension Finding {
    fileprivate static func strangePlan(_ run: RunID, _ what: String) -> Finding {
        Finding(
            .refusal, code: "strange-plan", about: "run \(run)",
            problem: "has a plan that this coordinator would not make of this inventory: \(what)",
            wayOut: "go on with the inventory and the coordinator that it was begun with, or leave it with --supersede")
    }
}
