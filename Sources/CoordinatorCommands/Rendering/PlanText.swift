package import Wire

/// A plan as text: the dry run.
package enum PlanText {
    package static func lines(_ plan: Plan) -> [String] {
        var lines = [
            "\(plan.purpose.rawValue) to \(plan.target), run \(plan.run), method \(plan.policy.method.rawValue)", "",
        ]
        var nodes = TextTable(["NODE", "ROLE", "ARCHITECTURE", "FROM", "TO"])
        for node in plan.nodes {
            let (from, to) = plan.versions(of: node)
            nodes.add([
                node.name.text, node.role.rawValue, node.architecture.rawValue, from.description, to.description,
            ])
        }
        lines += nodes.lines + [""]
        var steps = TextTable(["", "STEP", "NODE", "WHAT"])
        for (index, step) in plan.steps.enumerated() {
            steps.add(["\(index + 1)", step.kind.rawValue, step.node.text, what(step.kind)])
        }
        lines += steps.lines + [""]
        for binary in plan.release.binaries.sorted(by: { $0.architecture.rawValue < $1.architecture.rawValue }) {
            lines.append("binary \(binary.architecture.rawValue): sha256 \(binary.sha256.cleaned(limit: 64))")
        }
        if let installer = plan.release.installerSHA256 {
            lines.append("installer: sha256 \(installer.cleaned(limit: 64))")
        }
        lines.append(
            "workers at once: \(plan.policy.maxUnavailable); drain: \(plan.policy.drainTimeout)s; "
                + "control plane: \(plan.policy.controlPlaneLimit)s; gate: \(plan.policy.gateTimeout)s")
        if !plan.baseline.cordonedByOperator.isEmpty {
            let names = plan.baseline.cordonedByOperator.map(\.text).joined(separator: ", ")
            lines.append("cordoned by the operator, and left so: \(names)")
        }
        return lines
    }

    static func what(_ kind: StepKind) -> String {
        switch kind {
        case .stage: "fetch and verify the release, save the way back; disrupts nothing"
        case .snapshot: "take and verify a snapshot of the datastore; disrupts nothing"
        case .drain: "cordon, and move the pods to other nodes"
        case .install: "put the binary in place and restart K3s on it"
        case .uncordon: "wait until it is Ready, then let pods come back"
        case .rollback: "put the saved binary, unit and environment back, and restart K3s"
        }
    }
}
