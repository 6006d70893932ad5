import Wire

@testable import AgentCore

extension Effect {
    /// A phase of an upgrade to v1.35.1+k3s1, as far as it looks at its plan's run and target only.
    ///
    /// - Parameter sha256: of the release's binary, for any machine.
    static func sample(
        _ kind: StepKind, _ phase: Phase, on node: String, facts: StepFacts = StepFacts(), sha256: String? = nil
    ) -> Effect? {
        guard let node = NodeName(node), let run = RunID("20260102-030405-abcd"),
            let target = K3sVersion("v1.35.1+k3s1")
        else { return nil }
        let plan = Plan(
            run: run, purpose: .upgrade, target: target, nodes: [], steps: [],
            release: PlannedRelease(
                binaries: sha256.map { sum in
                    Architecture.allCases.map { PlannedRelease.Binary(architecture: $0, sha256: sum) }
                } ?? [], installerSHA256: nil),
            policy: Policy(),
            baseline: Baseline(workloads: [], volumes: [], cordonedByOperator: []))
        return Effect(
            token: 1, step: StepID(kind: kind, node: node), epoch: Epoch(counter: 3, process: 4),
            work: .phase(phase), facts: facts, plan: plan)
    }
}
