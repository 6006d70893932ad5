import AgentCore
import Testing
import Wire

/// The run that the tests are about.
struct Made {
    struct Unexpected: Error {}

    let server: NodeName
    let worker: NodeName
    let run: RunID
    let old: K3sVersion
    let new: K3sVersion
    let epoch = Epoch(counter: 5, process: 50)
    let later = Epoch(counter: 6, process: 1)
    let holder = Holder(who: "first", machine: "laptop", process: 1, since: 0)
    let second = Holder(who: "second", machine: "desktop", process: 2, since: 0)
    static let failure = Failure(code: "test", message: "it failed", wayOut: "none")

    init() throws {
        server = try #require(NodeName("server-1"))
        worker = try #require(NodeName("worker-1"))
        run = try #require(RunID("run-1"))
        old = try #require(K3sVersion("v1.34.3+k3s1"))
        new = try #require(K3sVersion("v1.35.1+k3s1"))
    }

    var plan: Plan { plan(run) }

    func plan(_ run: RunID, purpose: Plan.Purpose = .upgrade) -> Plan {
        Plan(
            run: run, purpose: purpose, target: purpose == .upgrade ? new : old,
            nodes: [
                PlannedNode(name: server, role: .server, architecture: .amd64, version: old),
                PlannedNode(name: worker, role: .worker, architecture: .amd64, version: old),
            ],
            steps: purpose == .rollback
                ? [Step(.drain, worker), Step(.rollback, worker), Step(.uncordon, worker)]
                : [
                    Step(.stage, server), Step(.stage, worker), Step(.snapshot, server), Step(.install, server),
                    Step(.drain, worker), Step(.install, worker), Step(.uncordon, worker),
                ],
            release: PlannedRelease(binaries: [], installerSHA256: nil), policy: Policy(),
            baseline: Baseline(workloads: [], volumes: [], cordonedByOperator: []))
    }

    var text: String { get throws { try Self.text(of: plan) } }

    static func text(of plan: Plan) throws -> String { String(decoding: try FrameCodec.text(of: plan), as: UTF8.self) }

    /// Tells texts apart (FNV-1a), which is all that a digest has to do here.
    static let digest: @Sendable (String) -> String = { text in
        String(text.utf8.reduce(UInt64(0xcbf2_9ce4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }, radix: 16)
    }

    func lease(
        _ step: StepID, _ nonce: Nonce, epoch: Epoch? = nil, life: Int = Lease.longestLife, again: Bool = false
    ) throws -> Lease {
        Lease(
            run: run, planDigest: Self.digest(try text), step: step, epoch: epoch ?? self.epoch, nonce: nonce,
            life: life, again: again)
    }

    func step(_ kind: StepKind, _ node: NodeName) -> StepID { StepID(kind: kind, node: node) }

    /// What each agent does in the run, in order.
    func steps(of node: NodeName) -> [StepID] {
        plan.steps.map(\.id).filter { $0.kind.place == .node ? $0.node == node : node == server }
    }

    static func facts(of work: Effect.Work) -> StepFacts {
        var facts = StepFacts()
        switch work {
        case .phase(.cordon): facts.cordonIsOurs = true
        case .phase(.restart): facts.invocationBefore = "before"
        case .phase(.await): facts.outage = 2_000
        default: break
        }
        return facts
    }
}
