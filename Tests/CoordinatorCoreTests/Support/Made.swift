import CoordinatorCore
import Testing
import Wire

/// A small cluster, and the run that the tests are about.
struct Made {
    struct Unexpected: Error {}

    let servers: [NodeName]
    let workers: [NodeName]
    let run: RunID
    let old: K3sVersion
    let new: K3sVersion
    var policy = Policy(drainTimeout: 60, controlPlaneLimit: 120, gateTimeout: 120)

    init(servers: Int = 1, workers: Int = 2, run: String = "run-1") throws {
        self.servers = try (0..<servers).map { try #require(NodeName("server-\($0 + 1)")) }
        self.workers = try (0..<workers).map { try #require(NodeName("worker-\($0 + 1)")) }
        self.run = try #require(RunID(run))
        old = try #require(K3sVersion("v1.34.3+k3s1"))
        new = try #require(K3sVersion("v1.35.1+k3s1"))
    }

    var names: [NodeName] { servers + workers }

    func role(_ name: NodeName) -> Role { servers.contains(name) ? .server : .worker }

    func node(
        _ name: NodeName, version: K3sVersion? = nil, ready: Bool = true, schedulable: Bool = true,
        cordon: CordonMark? = nil, heartbeat: String? = "0", isVoter: Bool? = nil
    ) -> ObservedNode {
        ObservedNode(
            name: name, isServer: role(name) == .server, version: version ?? old, ready: ready,
            schedulable: schedulable, cordon: cordon, heartbeat: heartbeat, isVoter: isVoter)
    }

    func cluster(_ nodes: [ObservedNode]? = nil, workloads: [Workload] = [], volumes: [Volume] = [])
        -> ClusterObservation
    {
        ClusterObservation(
            nodes: nodes ?? names.map { node($0) }, leaders: [], workloads: workloads, volumes: volumes,
            unfinishedJobs: [], at: 0)
    }

    func report(
        _ name: NodeName, role: Role? = nil, disk: K3sVersion? = nil, running: K3sVersion? = nil,
        datastore: Datastore = .sqlite
    ) -> NodeReport {
        let role = role ?? self.role(name)
        return NodeReport(
            name: name, role: role, architecture: .amd64, versionOnDisk: disk ?? old, versionRunning: running ?? old,
            unit: role.defaultUnit, datastore: role == .server ? datastore : nil, freeBytes: 1 << 30,
            readiness: Readiness(verdict: .reinstall, version: old), snapshots: [])
    }

    func planner(
        members: [Planner.Member]? = nil, reports: [NodeReport]? = nil, cluster: ClusterObservation? = nil,
        policy: Policy? = nil
    ) -> Planner {
        Planner(
            members: members ?? names.map { Planner.Member(name: $0, role: role($0)) },
            reports: reports ?? names.map { report($0) }, cluster: cluster ?? self.cluster(),
            release: PlannedRelease(binaries: [.init(architecture: .amd64, sha256: "s")], installerSHA256: "i"),
            policy: policy ?? self.policy)
    }

    var plan: Plan { planner().upgrade(to: new, run: run) }
}
