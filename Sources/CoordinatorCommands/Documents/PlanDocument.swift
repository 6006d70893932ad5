package import Wire

/// `coordinator plan -o json`.
package struct PlanDocument: Hashable, Sendable, Encodable {
    package struct Node: Hashable, Sendable, Encodable {
        package let name: String
        package let role: String
        package let architecture: String
        package let from: String
        package let to: String
    }

    package struct Step: Hashable, Sendable, Encodable {
        package let step: String
        package let kind: String
        package let node: String
        package let disruptive: Bool
    }

    package struct Policy: Hashable, Sendable, Encodable {
        package let method: String
        package let maxUnavailable: Int
        package let drainTimeoutSeconds: Int
        package let controlPlaneLimitSeconds: Int
        package let gateTimeoutSeconds: Int
        package let externalBackupTaken: Bool
    }

    package let format: Int
    package let run: String
    package let purpose: String
    package let target: String
    package let nodes: [Node]
    package let steps: [Step]
    package let policy: Policy
    /// SHA-256 by architecture.
    package let binaries: [String: String]
    package let installerSHA256: String?
    package let cordonedByOperator: [String]

    package init(_ plan: Plan) {
        format = JSONText.format
        run = plan.run.text
        purpose = plan.purpose.rawValue
        target = plan.target.description
        nodes = plan.nodes.map { node in
            let (from, to) = plan.versions(of: node)
            return Node(
                name: node.name.text, role: node.role.rawValue, architecture: node.architecture.rawValue,
                from: from.description, to: to.description)
        }
        steps = plan.steps.map { step in
            Step(
                step: step.id.description, kind: step.kind.rawValue, node: step.node.text,
                disruptive: step.kind.isDisruptive)
        }
        policy = Policy(
            method: plan.policy.method.rawValue, maxUnavailable: plan.policy.maxUnavailable,
            drainTimeoutSeconds: plan.policy.drainTimeout, controlPlaneLimitSeconds: plan.policy.controlPlaneLimit,
            gateTimeoutSeconds: plan.policy.gateTimeout, externalBackupTaken: plan.policy.externalBackupTaken)
        binaries = Dictionary(
            plan.release.binaries.map { ($0.architecture.rawValue, $0.sha256.cleaned(limit: 64)) },
            uniquingKeysWith: { first, _ in first })
        installerSHA256 = plan.release.installerSHA256?.cleaned(limit: 64)
        cordonedByOperator = plan.baseline.cordonedByOperator.map(\.text)
    }
}

extension Plan {
    /// What a node runs now and what the plan brings it to.
    func versions(of node: PlannedNode) -> (from: K3sVersion, to: K3sVersion) {
        switch purpose {
        case .upgrade: (node.version, target)
        case .rollback: (target, node.version)
        }
    }
}
