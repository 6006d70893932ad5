import LabSupport
import Testing

/// An upgrade with nothing in its way, and what the hosts themselves tell about it.
@Suite struct WholeUpgradeTests {
    @Test(arguments: [
        LabClusterConfiguration(),
        LabClusterConfiguration(datastore: .etcd),
        LabClusterConfiguration(servers: 3, workers: 5),
    ])
    func clusterIsUpgradedInOrderAndNothingElseChanges(_ configuration: LabClusterConfiguration) async throws {
        try await UpgradeScene.with(configuration) { scene in
            let outcome = try await scene.upgrade()
            // Among them: unit and environment byte for byte, order, snapshot, workloads, volumes, cordons.
            try await scene.expectUpgraded(outcome)
            let hosts = scene.lab.hosts
            let order = try await scene.cluster.startOrder(of: UpgradeScene.to)
            #expect(order == hosts.map(\.name), "servers, then workers, each in the order of its name")
            for host in hosts {
                #expect(try await scene.starts(on: host.name) == 1)
            }
            let last = try #require(outcome.line.split(separator: "\n").last)
            let form =
                #/upgraded \d+/\d+ nodes to v1\.35\.1\+k3s1; control plane unavailable \d+\.\ds of 300s allowed; rollback ready \d+/\d+ \(\d+ reinstall, \d+ restore\)/#
            #expect(last.wholeMatch(of: form) != nil, "\(last)")
            // All of the servers by the one restore that there is: etcd's others join the restored one.
            let servers = hosts.count { $0.role == .server }
            let ready =
                "rollback ready \(hosts.count)/\(hosts.count) "
                + "(\(hosts.count - servers) reinstall, \(servers) restore)"
            #expect(last.hasSuffix(ready), "\(last)")

            let again = try await scene.upgrade()
            #expect(again.succeeded)
            #expect(again.line == "every node is on \(UpgradeScene.to) already")
            let planned = try await scene.cluster.coordinate(["plan", "--to", UpgradeScene.to, "-o", "json"])
            #expect(planned.succeeded && planned.output.contains("\"nothingToDo\" : \"\(again.line)\""), "\(planned)")
            let verified = try await scene.cluster.coordinate(["verify"])
            #expect(verified.succeeded, "\(verified)")
        }
    }

    /// The kubelet of a server needs its controllers; while they sleep, every status shows what was.
    @Test func noWorkerIsDrainedWhileTheControllersSleep() async throws {
        var configuration = LabClusterConfiguration()
        configuration.settings.append("leader-lease=8s")
        try await UpgradeScene.with(configuration) { scene in
            try await scene.expectUpgraded(scene.upgrade())
            let events = try await scene.cluster.events()
            let ready = try #require(events.first { $0.event == "ready" && $0.version == UpgradeScene.to })
            let drained = try #require(events.first { $0.event == "cordon" })
            #expect(drained.boottime - ready.boottime > 7_000, "the leader's lease has to run out first")
        }
    }
}
