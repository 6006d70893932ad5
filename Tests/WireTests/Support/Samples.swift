import Testing
import Wire

/// One value of each thing that crosses the wire, with every member set somewhere.
struct Samples {
    let server: NodeName
    let worker: NodeName
    let run: RunID
    let old: K3sVersion
    let new: K3sVersion
    let epoch: Epoch
    let holder = Holder(who: "ops", machine: "laptop", process: 4711, since: 1_767_225_600)
    let digest = String(repeating: "ab", count: 32)

    init() throws {
        server = try #require(NodeName("k3s-master"))
        worker = try #require(NodeName("k3s-worker-01"))
        run = try #require(RunID("20260101-120000-up"))
        old = try #require(K3sVersion("v1.34.3+k3s1"))
        new = try #require(K3sVersion("v1.35.1+k3s1"))
        epoch = Epoch(counter: 7, process: 0xdead_beef_0000_0001)
    }

    var plan: Plan {
        Plan(
            run: run, purpose: .upgrade, target: new,
            nodes: [
                PlannedNode(name: server, role: .server, architecture: .amd64, version: old),
                PlannedNode(name: worker, role: .worker, architecture: .arm64, version: old),
            ],
            steps: [
                Step(.stage, server), Step(.stage, worker), Step(.snapshot, server), Step(.install, server),
                Step(.drain, worker), Step(.install, worker), Step(.uncordon, worker),
            ],
            release: PlannedRelease(
                binaries: [
                    .init(architecture: .amd64, sha256: digest),
                    .init(architecture: .arm64, sha256: String(repeating: "cd", count: 32)),
                ],
                installerSHA256: String(repeating: "ef", count: 32)),
            policy: Policy(),
            baseline: Baseline(workloads: [workload], volumes: [volume], cordonedByOperator: [worker]))
    }

    var workload: Workload {
        Workload(kind: "Deployment", namespace: "shop", name: "web", desired: 3, ready: 2, observed: true)
    }

    var volume: Volume { Volume(kind: "PersistentVolumeClaim", namespace: "shop", name: "data", phase: "Bound") }

    func lease(_ kind: StepKind, _ node: NodeName, again: Bool = false) -> Lease {
        Lease(
            run: run, planDigest: digest, step: StepID(kind: kind, node: node), epoch: epoch,
            nonce: Nonce(18_446_744_073_709_551_615), again: again)
    }

    var snapshot: SnapshotReport {
        SnapshotReport(
            name: "before-v1.35.1", path: "/var/lib/k3s-upgrade/snapshots/a/state.db", datastore: .sqlite,
            bytes: 4_096, sha256: digest, run: run, takenAt: 1_767_225_601, version: old)
    }

    var facts: StepFacts {
        var facts = StepFacts()
        facts.snapshot = snapshot
        facts.outage = 2_130
        facts.invocationBefore = String(repeating: "0f", count: 16)
        facts.installedSHA256 = digest
        facts.cordonIsOurs = true
        facts.notes = ["no room for a cold copy"]
        return facts
    }

    var failure: Failure {
        Failure(code: "drain-failed", message: "a budget allows nothing", wayOut: "look at the budgets")
    }

    var failed: StepOutcome {
        StepOutcome(
            step: StepID(kind: .drain, node: worker), epoch: epoch, attempt: 2, result: .failed, failure: failure,
            phases: [PhaseTiming(phase: .cordon, milliseconds: 12), PhaseTiming(phase: .evict, milliseconds: 300_000)])
    }

    var done: StepOutcome {
        StepOutcome(
            step: StepID(kind: .install, node: server), epoch: epoch, attempt: 1, result: .done, facts: facts,
            phases: [PhaseTiming(phase: .restart, milliseconds: 90)], passedPointOfNoReturn: true)
    }

    var report: AgentReport {
        AgentReport(
            nonce: Nonce(9), promised: epoch, holder: holder, holderSilent: 250,
            run: RunSummary(run: run, planDigest: digest, target: new, purpose: .upgrade, open: true),
            running: RunningStep(
                step: StepID(kind: .install, node: worker), epoch: epoch, phase: .place, passedPointOfNoReturn: true,
                undoing: false),
            outcomes: [done, failed],
            held: [HeldDrain(node: worker, run: run, epoch: epoch, target: new, limit: 1_200_000)])
    }

    /// Of an agent that says by whose epoch its plan was stored.
    var keptReport: AgentReport {
        AgentReport(
            nonce: nil, promised: epoch, holder: nil, holderSilent: nil,
            run: RunSummary(
                run: run, planDigest: digest, target: new, purpose: .upgrade, open: false, storedBy: epoch),
            running: nil, outcomes: [], held: [])
    }

    var emptyReport: AgentReport {
        AgentReport(
            nonce: nil, promised: nil, holder: nil, holderSilent: nil, run: nil, running: nil, outcomes: [], held: [])
    }

    var nodeReport: NodeReport {
        NodeReport(
            name: server, role: .server, architecture: .amd64, versionOnDisk: new, versionRunning: old,
            unit: "k3s.service", datastore: .sqlite, freeBytes: 1 << 30,
            readiness: Readiness(verdict: .notReady, version: old, reason: "the kit's binary is gone"),
            snapshots: [snapshot])
    }

    var observation: ClusterObservation {
        ClusterObservation(
            nodes: [
                ObservedNode(
                    name: server, isServer: true, version: new, ready: true, schedulable: true, cordon: nil,
                    heartbeat: "2026-01-01T12:00:00.000000Z", isVoter: true),
                ObservedNode(
                    name: worker, isServer: false, version: nil, ready: false, schedulable: false,
                    cordon: CordonMark(run: run, epoch: epoch), heartbeat: nil, isVoter: nil),
            ],
            leaders: [ObservedLeader(name: "kube-scheduler", holder: "k3s-master_1", renewal: "12:00:00.000000")],
            workloads: [workload], volumes: [volume], unfinishedJobs: ["kube-system/helm-install-traefik"], at: 123_456)
    }

    var finding: Finding {
        Finding(.refusal, code: "bare-pod", about: "shop/debug", problem: "has no owner", wayOut: "delete it")
    }
}
