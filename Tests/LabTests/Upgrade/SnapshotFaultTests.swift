import LabSupport
import SystemPackage
import Testing

/// No server is touched before there is a snapshot that can be restored, whatever the tool that takes it says.
@Suite struct SnapshotFaultTests {
    @Test(arguments: ["snapshot-lies", "snapshot-part", "snapshot-corrupt"]) func noSnapshotNoUpgrade(
        fault: String
    ) async throws {
        var configuration = LabClusterConfiguration(workers: 1, datastore: .etcd)
        configuration.hostSettings = ["k3s-master": ["fault=\(fault)"]]
        try await UpgradeScene.with(configuration) { scene in
            let outcome = try await scene.upgrade()
            #expect(outcome.status == .exited(1), "\(outcome)")
            #expect(outcome.output.contains("snapshot/k3s-master"), "\(outcome)")
            for host in scene.lab.hosts.map(\.name) {
                #expect(try await scene.stops(on: host) == 0)
                #expect(try await scene.starts(on: host) == 0)
            }
            // The stand-in reads what is wrong with it when it starts. Its schedule's snapshots go elsewhere from then on.
            try await scene.mend("k3s-master")
            try await scene.lab.write(
                "etcd-snapshot-dir: /srv/etcd\netcd-snapshot-compress: true\n", to: "/etc/rancher/k3s/config.yaml",
                on: "k3s-master", mode: "600")
            try await scene.lab.run(on: "k3s-master", ["systemctl", "restart", "k3s"]).checked()
            try await eventually("the cluster is well again") { try await scene.cluster.problems().isEmpty }
            let again = try await scene.upgrade()
            #expect(again.succeeded && again.output.contains("upgraded 2/2 nodes"), "\(again)")
        }
    }
}
