import CoordinatorCommands
import CoordinatorRuntime
import Testing
import Wire

/// A run of one server and two workers, as text tables and documents are tried on.
enum Samples {
    static func name(_ text: String) throws -> NodeName { try #require(NodeName(text)) }
    static func version(_ text: String) throws -> K3sVersion { try #require(K3sVersion(text)) }

    static func inventory() throws -> Inventory {
        Inventory(nodes: [
            InventoryNode(name: try name("k3s-master"), role: .server, address: "192.168.2.20", user: "ops"),
            InventoryNode(
                name: try name("k3s-worker-01"), role: .worker, address: "192.168.2.21", port: 2222,
                proxyJump: "bastion"),
            InventoryNode(name: try name("k3s-worker-02"), role: .worker, address: "192.168.2.22"),
        ])
    }

    /// All done, as in the last line that the rehearsal ends with.
    static func done() throws -> ReportView {
        let (old, new) = (try version("v1.34.3+k3s1"), try version("v1.35.1+k3s1"))
        func node(_ text: String, _ role: Role, _ verdict: Readiness.Verdict) throws -> NodeView {
            NodeView(
                name: try name(text), role: role, goal: new, version: new, ready: true, schedulable: true,
                readiness: Readiness(verdict: verdict, version: old))
        }
        let nodes = [
            try node("k3s-master", .server, .restore), try node("k3s-worker-01", .worker, .reinstall),
            try node("k3s-worker-02", .worker, .reinstall),
        ]
        let steps = [
            StepView(
                step: StepID(kind: .snapshot, node: nodes[0].name), state: .done, elapsed: 310,
                phases: [
                    PhaseTiming(phase: .takeSnapshot, milliseconds: 210),
                    PhaseTiming(phase: .verifySnapshot, milliseconds: 100),
                ]),
            StepView(
                step: StepID(kind: .install, node: nodes[0].name), state: .done, elapsed: 4_260,
                phases: [
                    PhaseTiming(phase: .restart, milliseconds: 60), PhaseTiming(phase: .await, milliseconds: 4_200),
                ]
            ),
            StepView(step: StepID(kind: .drain, node: nodes[1].name), state: .done, elapsed: 121_000),
        ]
        let view = RunView(
            run: try #require(RunID("20261122-1")), purpose: .upgrade, target: new, elapsed: 37_400, nodes: nodes,
            steps: steps, outage: OutageView(milliseconds: 2_080, limit: 300))
        let snapshot = SnapshotReport(
            name: "s", path: "/var/lib/k3s-upgrade-agent/snapshots/s", datastore: .sqlite, bytes: 45_000_000,
            sha256: String(repeating: "ab", count: 32), run: view.run, takenAt: 1_763_800_000, version: old)
        return ReportView(ending: .done, view: view, snapshot: snapshot)
    }

    /// The first worker failed and its node does not answer any more.
    static func failed() throws -> ReportView {
        var report = try done()
        let old = try version("v1.34.3+k3s1")
        report.ending = .failed
        report.failure = Failure(
            code: "start-timeout", message: "k3s-agent did not\u{1B}[31m start within 300 s",
            wayOut: "look at its journal")
        report.view.steps[1].notes = ["no cold copy: there is no\u{1B}[2J room for one"]
        report.view.nodes[1].version = nil
        report.view.nodes[1].ready = false
        report.view.nodes[1].schedulable = false
        report.view.nodes[1].answers = false
        report.view.nodes[1].readiness = nil
        report.view.nodes[2].version = old
        report.view.nodes[2].readiness = Readiness(verdict: .notReady, version: nil, reason: "no kit <b>yet</b> | none")
        report.view.steps.append(
            StepView(
                step: StepID(kind: .install, node: report.view.nodes[1].name), state: .failed, elapsed: 300_000,
                failure: report.failure))
        report.view.steps.append(StepView(step: StepID(kind: .drain, node: report.view.nodes[2].name)))
        return report
    }
}
