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

    /// The new version does not know a flag of the unit's. Who takes the flag out and starts k3s has mended the node: the
    /// same command goes on from there, and leaves unit and service alone.
    @Test func operatorsMendOfTheUnitStays() async throws {
        let unit = "/etc/systemd/system/k3s.service"
        var configuration = LabClusterConfiguration(workers: 1)
        configuration.hostSettings = ["k3s-master": ["fault=removed-flag:--flannel-ipv6-masq@\(UpgradeScene.to)"]]
        let addFlag = "sed -i 's/^    server /    server --flannel-ipv6-masq /' \(unit) && grep -q masq \(unit)"
        let restart = "systemctl daemon-reload && systemctl restart k3s"
        try await UpgradeScene.with(
            configuration, policy: Self.policy,
            prepare: { cluster in
                try await cluster.lab.run(on: "k3s-master", ["sh", "-c", "\(addFlag) && \(restart)"]).checked()
                try await eventually("k3s is back with its flag") { try await cluster.problems().isEmpty }
            }
        ) { scene in
            let outcome = try await scene.upgrade()
            #expect(outcome.status == .exited(1), "\(outcome)")
            #expect(outcome.output.contains("what went wrong: k3s.service is"), "\(outcome)")
            #expect(try await scene.starts(on: "k3s-master") == 0)

            let takeOut = "sed -i 's/ --flannel-ipv6-masq//' \(unit)"
            try await scene.lab.run(on: "k3s-master", ["sh", "-c", "\(takeOut) && \(restart)"]).checked()
            try await eventually("k3s is up on the new version") {
                try await scene.lab.run(on: "k3s-master", ["k3s", "kubectl", "get", "--raw", "/readyz"]).succeeded
            }
            let mended = try await scene.lab.run(on: "k3s-master", ["cat", unit]).checked()
            let again = try await scene.upgrade()
            try await scene.expectUpgraded(again, except: ["unit, environment and links"])
            #expect(again.output.contains("left as changed by hand: \(unit)"), "\(again)")
            #expect(try await scene.starts(on: "k3s-master") == 1)
            #expect(try await scene.lab.run(on: "k3s-master", ["cat", unit]).checked().output == mended.output)
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
            if fault == "wont-start" {
                let release = try await scene.cluster.coordinate(["release"], deadline: UpgradeScene.deadline)
                #expect(release.status == .exited(1), "\(release)")
                #expect(release.output.contains("[still-held]"), "\(release)")
            }

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
