import CoordinatorCommands
import Testing
import Wire

@Suite struct StatusTextTests {
    static func status() throws -> StatusView {
        let (old, new) = (try Samples.version("v1.34.3+k3s1"), try Samples.version("v1.35.1+k3s1"))
        let run = try #require(RunID("r1"))
        return StatusView(
            client: "0.1.0", server: old,
            nodes: [
                StatusNode(
                    name: try Samples.name("k3s-master"), role: .server, address: "192.168.2.20", agent: "0.1.0",
                    versionOnDisk: new, versionRunning: old, ready: true, schedulable: true, datastore: .sqlite,
                    readiness: Readiness(verdict: .restore, version: old)),
                StatusNode(
                    name: try Samples.name("k3s-worker-01"), role: .worker, address: "192.168.2.21", agent: "0.1.0",
                    versionOnDisk: old, versionRunning: old, ready: true, schedulable: false, cordonedBy: run,
                    readiness: Readiness(verdict: .notReady, version: nil, reason: "no kit")),
                StatusNode(
                    name: try Samples.name("k3s-worker-02"), role: .worker, address: "192.168.2.22",
                    problem: Failure(code: "ssh-unreachable", message: "no route", wayOut: "check the network")),
            ],
            available: AvailableView(newestPatch: try Samples.version("v1.34.5+k3s1"), nextMinor: new, stable: old),
            lastRun: try LastRunTextTests.last())
    }

    @Test func tellsEverything() throws {
        #expect(
            StatusText(try Self.status()).lines.joined(separator: "\n") == """
                coordinator 0.1.0, cluster v1.34.3+k3s1

                NODE           ROLE    RUNNING       ON DISK       STATUS  SCHEDULABLE     DATASTORE  \
                ROLLBACK                 AGENT
                k3s-master     server  v1.34.3+k3s1  v1.35.1+k3s1  Ready   yes             sqlite     \
                restore to v1.34.3+k3s1  0.1.0
                k3s-worker-01  worker  v1.34.3+k3s1  v1.34.3+k3s1  Ready   cordoned by r1  -          \
                not ready: no kit        0.1.0
                k3s-worker-02  worker  ?             ?             ?       ?               -          \
                ?                        no answer

                k3s-worker-02: no route [ssh-unreachable]
                  check the network

                run r1, upgrade to v1.35.1+k3s1, is not over: held by ops on laptop (process 42, since 2025-11-22 \
                08:26 UTC), last heard 1.5s ago
                  release staged on k3s-master, k3s-worker-01
                  snapshot taken by k3s-master
                  drained k3s-worker-01
                  now: install/k3s-worker-01, await; it is finished whatever happens to the coordinator
                  given up and undone: stage/k3s-worker-02: its lease ended
                  k3s-worker-01 is drained; k3s-master puts it back into service if nobody goes on with it
                  to go on: coordinator upgrade --to v1.35.1+k3s1; to give back what it holds: coordinator release

                newest patch: coordinator upgrade --to v1.34.5+k3s1
                next minor:   coordinator upgrade --to v1.35.1+k3s1
                stable is v1.34.3+k3s1
                """)
    }

    @Test func aSiteThatDoesNotAnswerIsNamed() throws {
        var status = try Self.status()
        status.available = AvailableView(problem: Failure(code: "x", message: "no answer", wayOut: "check it"))
        #expect(StatusText(status).lines.last == "releases: no answer (check it)")
        status.available = AvailableView()
        #expect(StatusText(status).lines.last == "no newer release in this minor or the next")
    }
}
