import CoordinatorCommands
import Testing
import Wire

@Suite struct PlanTextTests {
    static func plan(_ purpose: Plan.Purpose = .upgrade) throws -> Plan {
        let (master, worker) = (try Samples.name("k3s-master"), try Samples.name("k3s-worker-01"))
        let old = try Samples.version("v1.34.3+k3s1")
        return Plan(
            run: try #require(RunID("r1")), purpose: purpose, target: try Samples.version("v1.35.1+k3s1"),
            nodes: [
                PlannedNode(name: master, role: .server, architecture: .amd64, version: old),
                PlannedNode(name: worker, role: .worker, architecture: .arm64, version: old),
            ],
            steps: [Step(.snapshot, master), Step(.install, master), Step(.drain, worker)],
            release: PlannedRelease(
                binaries: [.init(architecture: .amd64, sha256: String(repeating: "0a", count: 32))],
                installerSHA256: String(repeating: "0b", count: 32)),
            policy: Policy(), baseline: Baseline(workloads: [], volumes: [], cordonedByOperator: [worker]))
    }

    @Test func printsTheDryRun() throws {
        #expect(
            PlanText.lines(try Self.plan()).joined(separator: "\n") == """
                upgrade to v1.35.1+k3s1, run r1, method install-script

                NODE           ROLE    ARCHITECTURE  FROM          TO
                k3s-master     server  amd64         v1.34.3+k3s1  v1.35.1+k3s1
                k3s-worker-01  worker  arm64         v1.34.3+k3s1  v1.35.1+k3s1

                   STEP      NODE           WHAT
                1  snapshot  k3s-master     take and verify a snapshot of the datastore; disrupts nothing
                2  install   k3s-master     put the binary in place and restart K3s on it
                3  drain     k3s-worker-01  cordon, and move the pods to other nodes

                binary amd64: sha256 \(String(repeating: "0a", count: 32))
                installer: sha256 \(String(repeating: "0b", count: 32))
                workers at once: 1; drain: 300s; control plane: 300s; gate: 300s
                cordoned by the operator, and left so: k3s-worker-01
                """)
    }

    @Test func aRollbackGoesTheOtherWay() throws {
        let line = try #require(PlanText.lines(try Self.plan(.rollback)).first { $0.hasPrefix("k3s-master") })
        #expect(line.hasSuffix("v1.35.1+k3s1  v1.34.3+k3s1"))
    }
}
