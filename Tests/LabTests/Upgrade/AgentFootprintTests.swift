import LabSupport
import Testing

/// What an agent costs a small node.
@Suite struct AgentFootprintTests {
    @Test func agentIsOneSmallStaticProgramAndIdlesInLittleMemory() async throws {
        try await UpgradeScene.with(LabClusterConfiguration(workers: 1)) { scene in
            try await scene.expectUpgraded(scene.upgrade())
            for host in scene.lab.hosts.map(\.name) {
                let program = "/usr/local/bin/k3s-upgrade-agent"
                let size = try await scene.lab.run(on: host, ["stat", "-c", "%s", program]).checked().line
                #expect(try #require(Int(size)) <= 20_000_000)
                let libraries = try await scene.lab.run(on: host, ["ldd", program])
                #expect((libraries.output + libraries.errors).contains("not a dynamic executable"), "\(libraries)")

                let process = try await scene.lab.run(
                    on: host, ["systemctl", "show", "--property=MainPID", "--value", "k3s-upgrade-agent.service"]
                ).checked().line
                // It gives memory back when the last connection has ended, which it hears of a moment later.
                var resident = Int.max
                try await eventually("the agent of \(host) idles within 12 MB", within: .seconds(60)) {
                    let status = try await scene.lab.run(on: host, ["cat", "/proc/\(process)/status"]).checked().output
                    let line = try #require(status.firstMatch(of: #/VmRSS:\s+(\d+) kB/#))
                    resident = try #require(Int(line.1)) * 1024
                    return resident <= 12_000_000
                }
            }
        }
    }
}
