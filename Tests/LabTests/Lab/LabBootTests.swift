import LabSupport
import SystemPackage
import Testing

@Suite struct LabBootTests {
    @Test func threeHostsAreUpAndSeeEachOther() async throws {
        try await Lab.with { lab in
            #expect(lab.hosts.map(\.name) == ["k3s-master", "k3s-worker-01", "k3s-worker-02"])
            #expect(lab.hosts.map(\.address) == ["10.77.0.10", "10.77.0.11", "10.77.0.12"])
            #expect(lab.hosts.map(\.role) == [.server, .worker, .worker])
            for host in lab.hosts {
                let name = try await lab.run(on: host.name, ["hostname"]).checked().line
                #expect(name == host.name)
                let address = try await lab.run(on: host.name, ["ip", "-4", "-o", "address", "show", "dev", "eth0"])
                #expect(address.output.contains("inet \(host.address)/24"))
                try await eventually("\(host.name) has started everything") {
                    try await lab.run(on: host.name, ["systemctl", "is-system-running"]).line == "running"
                }
                let next = try await lab.run(on: host.name, ["getent", "hosts", "k3s-worker-02"]).checked().line
                #expect(next.hasPrefix("10.77.0.12"))
            }
            try await lab.run(on: "k3s-worker-01", Probe.sshBanner(of: "10.77.0.10")).checked()
        }
    }

    @Test func operatorLogsInAsRootAndAsSudoer() async throws {
        try await Lab.with(LabConfiguration(workers: 0)) { lab in
            let root = try await lab.ssh("k3s-master", ["id", "-un"]).checked().line
            #expect(root == "root")
            let ops = try await lab.ssh("ops@k3s-master", ["sudo", "-n", "id", "-un"]).checked().line
            #expect(ops == "root")
            let words = try await lab.ssh("k3s-master", ["printf", "%s|", "two words", "it's", "$HOME"]).checked().line
            #expect(words == "two words|it's|$HOME|")
            let input = try await lab.ssh("k3s-master", ["cat"], input: Array("through".utf8)).checked().line
            #expect(input == "through")
        }
    }

    @Test func operatorHasThisMachinesFilesAndOnlyTheLabsNetwork() async throws {
        try await Lab.with(LabConfiguration(workers: 0)) { lab in
            try await lab.runAsOperator(["test", "-x", Lab.program.string]).checked()
            let cards = try await lab.runAsOperator(["ip", "-4", "-o", "address"]).checked().output
            #expect(cards.contains("10.77.0.1/24"))
            #expect(cards.split(separator: "\n").count == 2, "loopback and the lab's card, nothing else: \(cards)")
            let home = try await lab.runAsOperator(["printenv", "HOME"]).checked().line
            #expect(home == lab.operatorHome)
        }
    }

    @Test func severalServersAndTwoLabsAtOnce() async throws {
        try await Lab.with(LabConfiguration(servers: 3, workers: 1)) { first in
            #expect(first.hosts.map(\.name) == ["k3s-master", "k3s-master-02", "k3s-master-03", "k3s-worker-01"])
            try await Lab.with(LabConfiguration(workers: 0)) { second in
                try await first.run(on: "k3s-master", ["touch", "/root/mark"]).checked()
                #expect(try await !second.exists("/root/mark", on: "k3s-master"))
                #expect(try await first.exists("/root/mark", on: "k3s-master"))
            }
            try await first.ssh("k3s-master", ["true"]).checked()
        }
    }

    @Test func overlaysAreRootsAndLeaveFoldersAsTheyWere() async throws {
        try await TemporaryFolder.with { folder in
            try await Command(["mkdir", "-p", folder.appending("opt/tool").string]).run().checked()
            try await Command(["cp", "/bin/true", folder.appending("opt/tool/true").string]).run().checked()
            try await Command(["chown", "-R", "12345:12345", folder.string]).run().checked()
            try await Lab.with(LabConfiguration(workers: 0, overlays: [folder])) { lab in
                let tool = try await lab.run(on: "k3s-master", ["stat", "-c", "%a %u", "/opt/tool/true"]).checked().line
                #expect(tool == "755 0")
                // The overlay's own top folder is 0700, which would lock every user but root out of the host.
                let root = try await lab.run(on: "k3s-master", ["stat", "-c", "%a", "/"]).checked().line
                #expect(root == "755")
                try await lab.ssh("ops@k3s-master", ["/opt/tool/true"]).checked()
            }
        }
    }

    @Test func cachedBaseBoots() async throws {
        try await Lab.with(LabConfiguration(workers: 1, base: .cached)) { lab in
            try await eventually("everything has started") {
                try await lab.run(on: "k3s-worker-01", ["systemctl", "is-system-running"]).line == "running"
            }
            // A minimal tree has no compiler, whatever this machine has.
            #expect(try await !lab.exists("/usr/bin/cc", on: "k3s-worker-01"))
        }
    }

    @Test(arguments: [
        (LabConfiguration(base: .folder("/nowhere")), "there is no base /nowhere"),
        (LabConfiguration(base: .folder("/var/empty-base")), "there is no base"),
        (LabConfiguration(servers: 0), "a lab has 1 to 99 servers"),
        (LabConfiguration(servers: 99, workers: 999), "at most 200 hosts"),
        (LabConfiguration(overlays: ["/nowhere"]), "there is no overlay /nowhere"),
    ])
    func badConfigurationIsRefusedInWords(_ configuration: LabConfiguration, _ words: String) async throws {
        let error = await #expect(throws: LabError.self) { try await Lab.start(configuration) }
        #expect(error?.code == .labFailed)
        #expect(error?.description.contains(words) == true, "\(String(describing: error))")
    }

    @Test func unknownHostIsNamedWithThoseThereAre() async throws {
        try await Lab.with(LabConfiguration(workers: 0)) { lab in
            let error = await #expect(throws: LabError.self) { try await lab.run(on: "k3s-worker-09", ["true"]) }
            #expect(error?.code == .labFailed)
            #expect(error?.description.contains("there is no host 'k3s-worker-09'") == true)
            #expect(error?.description.contains("k3s-master") == true)
        }
    }
}
