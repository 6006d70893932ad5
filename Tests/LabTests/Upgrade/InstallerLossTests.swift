import LabSupport
import SystemPackage
import Testing

/// The installer dies at each point at which it leaves something else behind; or the host under it, between deleting unit
/// and environment and writing them again.
@Suite struct InstallerLossTests {
    private static let marker = "/etc/k3s-standin/installer-stops-at"

    @Test(arguments: ["hashed", "linked", "deleted", "env-written", "unit-written"])
    func killedInstallerCostsNothing(at point: String) async throws {
        try await UpgradeScene.with(LabClusterConfiguration(workers: 1)) { scene in
            for host in scene.lab.hosts {
                try await scene.lab.write("\(point) kill\n", to: .init(Self.marker), on: host.name)
            }
            try await scene.expectUpgraded(scene.upgrade())
            for host in scene.lab.hosts {
                let spent = try await !scene.lab.exists(.init(Self.marker), on: host.name)
                #expect(spent, "the installer was killed on \(host.name)")
            }
            try await Self.expectRoles(scene)
        }
    }

    @Test(arguments: ["k3s-master", "k3s-worker-01"])
    func hostThatDiesThereComesBackAsItWas(victim: String) async throws {
        try await UpgradeScene.with(LabClusterConfiguration(workers: 1)) { scene in
            try await scene.lab.write("deleted hang\n", to: .init(Self.marker), on: victim)
            let run = scene.startUpgrade()
            let unit = victim == "k3s-master" ? "k3s.service" : "k3s-agent.service"
            try await eventually("the installer has deleted the unit", within: .seconds(120)) {
                try await !scene.lab.exists(FilePath("/etc/systemd/system/\(unit)"), on: victim)
            }
            try await scene.lab.kill(victim)
            try await scene.lab.boot(victim)
            let outcome = try await run.outcome(within: UpgradeScene.deadline)
            // A host that was cut off did not say when it stopped.
            try await scene.expectUpgraded(outcome, except: ["each node was back before"])
            try await Self.expectRoles(scene)
        }
    }

    private static func expectRoles(_ scene: UpgradeScene) async throws {
        for host in scene.lab.hosts {
            let roles = Set(try await scene.cluster.events(on: host.name).map(\.role))
            #expect(roles == [host.role == .server ? "server" : "agent"])
        }
    }
}
