import LabSupport
import Testing

/// A node that does not come back: the run stops there, and says so.
@Suite struct FailedNodeTests {
    private static let policy = ["controlPlaneLimit: 8", "gateTimeout: 12"]

    private static func cluster(_ host: String, _ fault: String) -> LabClusterConfiguration {
        var configuration = LabClusterConfiguration()
        configuration.hostSettings = [host: ["fault=\(fault)@\(UpgradeScene.to)"]]
        return configuration
    }

    @Test func failedServerStopsTheRunAndTheSameCommandTakesItUp() async throws {
        try await UpgradeScene.with(Self.cluster("k3s-master", "wont-start"), policy: Self.policy) { scene in
            let outcome = try await scene.upgrade()
            #expect(outcome.status == .exited(1), "\(outcome)")
            #expect(outcome.output.contains("what went wrong: k3s.service is"))
            #expect(outcome.output.contains("k3s-worker-01: is still on \(UpgradeScene.from)"))
            #expect(outcome.output.contains("k3s-worker-02: is still on \(UpgradeScene.from)"))
            #expect(outcome.output.contains("coordinator upgrade --to \(UpgradeScene.to)"))
            for worker in ["k3s-worker-01", "k3s-worker-02"] {
                #expect(try await scene.stops(on: worker) == 0)
                #expect(try await scene.starts(on: worker) == 0)
            }
            #expect(try await !scene.cluster.events().contains { $0.event == "cordon" })
            let found = try await scene.contradictions(upgraded: false)
            #expect(found.isEmpty || found == ["the API answers; it does not"], "\(found)")

            try await scene.mend("k3s-master")
            try await scene.expectUpgraded(scene.upgrade())
        }
    }

    @Test(arguments: ["wont-start", "never-ready"])
    func failedWorkerStopsTheRunAndRollsBack(fault: String) async throws {
        try await UpgradeScene.with(Self.cluster("k3s-worker-01", fault), policy: Self.policy) { scene in
            let outcome = try await scene.upgrade()
            #expect(outcome.status == .exited(1), "\(outcome)")
            #expect(outcome.output.contains("k3s-master: is on \(UpgradeScene.to), Ready"), "\(outcome)")
            #expect(outcome.output.contains("k3s-worker-02: is still on \(UpgradeScene.from), Ready"), "\(outcome)")
            #expect(outcome.output.contains("coordinator rollback --node k3s-worker-01"), "\(outcome)")
            #expect(try await scene.stops(on: "k3s-worker-02") == 0)
            #expect(try await !scene.isCordoned("k3s-master"))
            #expect(try await !scene.isCordoned("k3s-worker-02"))
            #expect(try await scene.isCordoned("k3s-worker-01"), "what is not Ready stays cordoned, and is named")
            #expect(outcome.output.contains("k3s kubectl uncordon k3s-worker-01"), "\(outcome)")
            let found = try await scene.contradictions(upgraded: false)
            #expect(found.isEmpty, "\(found)")

            let back = try await scene.cluster.coordinate(
                ["rollback", "--node", "k3s-worker-01"], deadline: UpgradeScene.deadline)
            #expect(back.succeeded, "\(back)")
            #expect(try await !scene.isCordoned("k3s-worker-01"))
            let version = try await scene.kubectl(
                "get", "node", "k3s-worker-01", "-o", "jsonpath={.status.nodeInfo.kubeletVersion}"
            ).line
            #expect(version == UpgradeScene.from)
            #expect(try await scene.cluster.problems().isEmpty)
        }
    }
}
