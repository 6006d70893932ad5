import LabSupport
import SystemPackage
import Testing

@Suite struct LabClusterTests {
    @Test(arguments: [
        (LabClusterConfiguration(), []),
        (LabClusterConfiguration(servers: 3, workers: 1), ["--server", "https://10.77.0.10:6443"]),
    ])
    func nodesRunWhatTheInstallerWroteAndWorkloadsRun(
        _ configuration: LabClusterConfiguration, _ joining: [String]
    ) async throws {
        try await LabCluster.with(configuration) { cluster in
            let problems = try await cluster.problems()
            #expect(problems.isEmpty, "\(problems)")
            for host in cluster.lab.hosts {
                let unit = host.role == .server ? "k3s" : "k3s-agent"
                let path = "/etc/systemd/system/\(unit).service"
                let text = try await cluster.lab.text(of: .init(path), on: host.name)
                #expect(text.contains(host.role == .server ? "k3s \\\n    server" : "k3s \\\n    agent"))
                let mode = try await cluster.lab.run(on: host.name, ["stat", "-c", "%a", "\(path).env"]).checked().line
                #expect(mode == "600")
                let disk = try await cluster.lab.run(on: host.name, ["k3s", "--version"]).checked().line
                #expect(disk.hasPrefix("k3s version v1.34.3+k3s1 "))
            }
            let last = try #require(cluster.lab.hosts.last { $0.role == .server })
            let unit = try await cluster.lab.text(of: "/etc/systemd/system/k3s.service", on: last.name)
            #expect(joining.allSatisfy { unit.contains("'\($0)'") })
            let order = try await cluster.startOrder(of: "v1.34.3+k3s1")
            #expect(order.first == "k3s-master")
            #expect(Set(order) == Set(cluster.lab.hosts.map(\.name)))
        }
    }

    @Test func settingsOfAHostAndFaultsOfTheSiteTakeHold() async throws {
        var configuration = LabClusterConfiguration(workers: 1)
        configuration.hostSettings = ["k3s-worker-01": ["fault=wont-start@v1.35.1+k3s1"]]
        configuration.siteFaults = ["missing@v1.35.2+k3s1"]
        try await LabCluster.with(configuration) { cluster in
            let text = try await cluster.lab.text(of: "/etc/k3s-standin/config", on: "k3s-worker-01")
            #expect(text.hasSuffix("fault=wont-start@v1.35.1+k3s1\n"))
            let other = try await cluster.lab.text(of: "/etc/k3s-standin/config", on: "k3s-master")
            #expect(!other.contains("fault="))
            func fetch(_ version: String) async throws -> CommandOutcome {
                let url = "http://10.77.0.1:8080/releases/download/\(version)/sha256sum-amd64.txt"
                return try await cluster.lab.run(on: "k3s-master", ["curl", "--fail", "--silent", url])
            }
            #expect(try await fetch("v1.35.1+k3s1").checked().line.hasSuffix("  k3s"))
            #expect(try await !fetch("v1.35.2+k3s1").succeeded)
        }
    }

    @Test func severalServersNeedEtcd() async throws {
        let configuration = LabClusterConfiguration(servers: 2, workers: 0, datastore: .sqlite)
        let error = await #expect(throws: LabError.self) { try await LabCluster.start(configuration) }
        #expect(error?.description.contains("SQLite is for one server") == true)
    }
}
