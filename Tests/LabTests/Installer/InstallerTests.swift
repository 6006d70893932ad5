import LabSupport
import SystemPackage
import Testing

/// The lab's installer meets the facts of the real one, under a real systemd.
@Suite struct InstallerTests {
    @Test func serverGetsTheStockUnit() async throws {
        try await Lab.with(LabConfiguration(workers: 0)) { lab in
            let installation = try await Installation(on: "k3s-master", in: lab)
            try await installation.install(
                ["--write-kubeconfig-mode", "644"], ["K3S_TOKEN": "it's $ecret", "HTTPS_PROXY": "http://proxy:1"]
            ).checked()

            let unit = try #require(try await installation.files(of: "k3s")[0])
            #expect(
                unit.hasSuffix(
                    """
                    ExecStart=/usr/local/bin/k3s \\
                        server \\
                    \t'--write-kubeconfig-mode' \\
                    \t'644' \\


                    """), "\(unit)")
            for line in [
                "Type=notify", "KillMode=process", "Delegate=yes", "TimeoutStartSec=0", "Restart=always",
                "RestartSec=5s", "EnvironmentFile=-/etc/default/%N", "EnvironmentFile=-/etc/sysconfig/%N",
                "EnvironmentFile=-/etc/systemd/system/k3s.service.env",
            ] {
                #expect(unit.contains("\n\(line)\n"), "\(line)")
            }
            let environment = try await installation.files(of: "k3s")[1]
            #expect(environment == "K3S_TOKEN='it'\"'\"'s $ecret'\nHTTPS_PROXY='http://proxy:1'\n")
            let mode = try await lab.run(
                on: "k3s-master", ["stat", "-c", "%a %U", "/etc/systemd/system/k3s.service.env"]
            ).line
            #expect(mode == "600 root")
            #expect(try await installation.isActive("k3s"))
            #expect(try await installation.isEnabled("k3s"))
            #expect(
                try await FakeK3s.starts(on: "k3s-master", in: lab)
                    == ["v1.34.3+k3s1 server --write-kubeconfig-mode 644"])
            for tool in ["k3s-killall.sh", "k3s-uninstall.sh"] {
                try await lab.run(on: "k3s-master", ["test", "-x", "/usr/local/bin/\(tool)"]).checked()
            }
        }
    }

    @Test(arguments: [
        (arguments: ["server", "--disable=traefik", "--node-label", "a=b c", "--tls-san=1.2.3.4"], unit: "k3s"),
        (arguments: ["agent", "--kubelet-arg=max-pods=20"], unit: "k3s-agent"),
        (arguments: ["server"], unit: "k3s"),
    ])
    func sameArgumentsAndEnvironmentGiveTheSameBytes(arguments: [String], unit: String) async throws {
        try await Lab.with(LabConfiguration(workers: 0)) { lab in
            let environment = ["K3S_URL": unit == "k3s" ? "" : "https://10.77.0.10:6443", "K3S_TOKEN": "t o'k"]
            let installation = try await Installation(on: "k3s-master", in: lab)
            try await installation.install(arguments, environment).checked()
            let before = try await installation.files(of: unit)
            try #require(!before.contains(nil))

            try await installation.place(version: "v1.35.1+k3s1")
            let skipping = environment.merging(["INSTALL_K3S_SKIP_START": "true"]) { $1 }
            try await installation.install(arguments, skipping).checked()
            #expect(try await installation.files(of: unit) == before)
            #expect(try await installation.isEnabled(unit))
            #expect(try await FakeK3s.starts(on: "k3s-master", in: lab).count == 1, "it was told not to start it")

            try await lab.run(on: "k3s-master", ["systemctl", "restart", unit]).checked()
            let starts = try await FakeK3s.starts(on: "k3s-master", in: lab)
            #expect(starts.last == "v1.35.1+k3s1 " + arguments.joined(separator: " "))
        }
    }

    @Test func argumentsAndEnvironmentOfBeforeAreForgotten() async throws {
        try await Lab.with(LabConfiguration(workers: 0)) { lab in
            let installation = try await Installation(on: "k3s-master", in: lab)
            try await installation.install(["server", "--data-dir", "/srv/k3s"], ["K3S_TOKEN": "t"]).checked()
            try await installation.install().checked()
            let after = try await installation.files(of: "k3s")
            #expect(after[0]?.contains("/srv/k3s") == false)
            #expect(after[1] == "")
        }
    }

    @Test func workerWithoutItsEnvironmentBecomesAServerToo() async throws {
        try await Lab.with(LabConfiguration(workers: 1)) { lab in
            let installation = try await Installation(on: "k3s-worker-01", in: lab)
            let environment = ["K3S_URL": "https://10.77.0.10:6443", "K3S_TOKEN": "t"]
            try await installation.install([], environment).checked()
            #expect(try await installation.isActive("k3s-agent"))
            try await installation.place(version: "v1.35.1+k3s1")
            try await installation.install().checked()
            #expect(try await installation.isActive("k3s"))
            #expect(try await installation.isActive("k3s-agent"))
            #expect(
                try await FakeK3s.starts(on: "k3s-worker-01", in: lab)
                    == ["v1.34.3+k3s1 agent", "v1.35.1+k3s1 server"])
        }
    }

    @Test func unchangedMachineKeepsItsOldProcessUnlessForced() async throws {
        try await Lab.with(LabConfiguration(workers: 0)) { lab in
            let installation = try await Installation(on: "k3s-master", in: lab)
            try await installation.install().checked()
            // As after a binary that was put in place beforehand: the hashes before and after are the same.
            try await installation.place(version: "v1.35.1+k3s1")
            let again = try await installation.install().checked()
            #expect(again.output.contains("No change detected so skipping service start"))
            #expect(try await FakeK3s.starts(on: "k3s-master", in: lab) == ["v1.34.3+k3s1 server"])
            try await installation.install([], ["INSTALL_K3S_FORCE_RESTART": "true"]).checked()
            #expect(
                try await FakeK3s.starts(on: "k3s-master", in: lab)
                    == ["v1.34.3+k3s1 server", "v1.35.1+k3s1 server"])
        }
    }

    @Test func quotesInExecHoldWordsTogetherButSpoilPunctuation() async throws {
        try await Lab.with(LabConfiguration(workers: 0)) { lab in
            let installation = try await Installation(on: "k3s-master", in: lab)
            try await installation.install([], ["INSTALL_K3S_EXEC": "server --a=b 'two words' 'c=d'"]).checked()
            let unit = try #require(try await installation.files(of: "k3s")[0])
            #expect(unit.contains("\t'--a=b' \\\n\t'two words' \\\n\t'c\\=d' \\\n"), "\(unit)")
        }
    }

    @Test func urlWithoutTokenIsRefusedAndChangesNothing() async throws {
        try await Lab.with(LabConfiguration(workers: 0)) { lab in
            let installation = try await Installation(on: "k3s-master", in: lab)
            let outcome = try await installation.install([], ["K3S_URL": "https://10.77.0.10:6443"])
            #expect(outcome.status == .exited(1))
            #expect(try await installation.files(of: "k3s-agent") == [nil, nil])
        }
    }
}
