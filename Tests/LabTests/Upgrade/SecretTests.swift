import LabSupport
import SystemPackage
import Testing

/// Secrets of a node's K3s stay where they are.
@Suite struct SecretTests {
    /// In the unit of the server, in config.yaml of both; the workers' environment has the cluster's own token.
    private static let canaries = ["canary-in-the-unit-4711", "canary-in-the-config-4712", "canary-in-s3-4713"]

    @Test func secretsOfUnitEnvironmentAndConfigurationAreSeenNowhere() async throws {
        let configuration = LabClusterConfiguration(workers: 1)
        try await UpgradeScene.with(configuration, prepare: Self.plant) { scene in
            let lab = scene.lab
            let token = try await lab.text(of: "/var/lib/rancher/k3s/server/token", on: "k3s-master")
            let password = try #require(token.split(separator: ":").last?.split(separator: "\n").first)
            let secrets = Self.canaries + [String(password)]
            let environment = try await lab.text(of: "/etc/systemd/system/k3s-agent.service.env", on: "k3s-worker-01")
            #expect(environment.contains(password), "the worker's environment has the token to look for")

            let samplers = try await Self.sampleCommandLines(scene)
            var said: [(String, String)] = []
            func note(_ name: String, _ outcome: CommandOutcome) {
                said.append((name, outcome.output + outcome.errors))
            }
            note("check", try await scene.cluster.coordinate(["check", "--to", UpgradeScene.to]))
            note("plan", try await scene.cluster.coordinate(["plan", "--to", UpgradeScene.to, "-o", "json"]))
            try await lab.write("deleted kill\n", to: "/etc/k3s-standin/installer-stops-at", on: "k3s-worker-01")
            let upgrade = try await scene.upgrade("-o", "json")
            #expect(upgrade.succeeded, "\(upgrade)")
            note("upgrade", upgrade)
            note("status", try await scene.cluster.coordinate(["status", "-o", "json"]))
            note("verify", try await scene.cluster.coordinate(["verify"]))
            for (host, sampler) in samplers {
                await sampler.closeInput()
                let seen = try await sampler.outcome().checked()
                #expect(seen.output.contains("curl --disable"), "the sample saw what the agent ran")
                said.append(("command lines on \(host)", seen.output))
            }
            for host in lab.hosts.map(\.name) {
                said.append(("journal of \(host)", try await lab.run(on: host, ["journalctl", "--no-pager"]).output))
                said.append(
                    ("the agent's journal", try await lab.text(of: FilePath("\(Self.folder)/journal"), on: host)))
                // Nobody else gets into it, whatever the modes within.
                let folder = try await lab.run(on: host, ["stat", "-c", "%a %u", Self.folder]).checked().line
                #expect(folder == "700 0")
            }
            for (name, text) in said {
                #expect(!text.isEmpty, "\(name)")
                for secret in secrets {
                    let shown = text.split(separator: "\n").first { $0.contains(secret) }
                    #expect(shown == nil, "\(name) shows \(secret): \(shown ?? "")")
                }
            }
        }
    }

    /// The endpoint of an external datastore has a password in it.
    @Test func theDatastoresEndpointIsSeenNowhere() async throws {
        let canary = "canary-in-the-endpoint-4714"
        let plant = { @Sendable (cluster: LabCluster) async throws in
            // The cluster moves to a database of that name, which is empty: everything there is made anew.
            let endpoint = "K3S_DATASTORE_ENDPOINT=postgres://k3s:\(canary)@db.lan:5432/kine"
            try await cluster.lab.run(
                on: "k3s-master",
                [
                    "sh", "-ec",
                    "echo '\(endpoint)' >>/etc/systemd/system/k3s.service.env; systemctl restart k3s",
                ]
            ).checked()
            // A kubelet registers its node when it starts, and not again.
            try await cluster.lab.run(on: "k3s-worker-01", ["systemctl", "restart", "k3s-agent"]).checked()
            try await eventually("the cluster is well again") { try await cluster.problems().isEmpty }
        }
        try await UpgradeScene.with(LabClusterConfiguration(workers: 1), prepare: plant) { scene in
            var said: [(String, CommandOutcome)] = []
            let samplers = try await Self.sampleCommandLines(scene)
            said.append(("the refusal", try await scene.upgrade()))
            #expect(said[0].1.errors.contains("--external-backup-taken"), "\(said[0].1)")
            let upgrade = try await scene.upgrade("--external-backup-taken")
            #expect(upgrade.succeeded, "\(upgrade)")
            said.append(("upgrade", upgrade))
            said.append(("status", try await scene.cluster.coordinate(["status", "-o", "json"])))
            for (host, sampler) in samplers {
                await sampler.closeInput()
                said.append(("command lines on \(host)", try await sampler.outcome().checked()))
                said.append(("journal of \(host)", try await scene.lab.run(on: host, ["journalctl", "--no-pager"])))
                let journal = try await scene.lab.run(on: host, ["cat", "\(Self.folder)/journal"]).checked()
                said.append(("the agent's journal on \(host)", journal))
            }
            for (name, outcome) in said {
                let text = outcome.output + outcome.errors
                #expect(!text.isEmpty, "\(name)")
                let shown = text.split(separator: "\n").first { $0.contains(canary) }
                #expect(shown == nil, "\(name) shows it: \(shown ?? "")")
            }
        }
    }

    private static let folder = "/var/lib/k3s-upgrade-agent"

    @Sendable private static func plant(_ cluster: LabCluster) async throws {
        let (unit, config, s3) = (canaries[0], canaries[1], canaries[2])
        try await cluster.lab.run(
            on: "k3s-master",
            [
                "sh", "-ec",
                """
                sed -i "s|'--write-kubeconfig-mode'|'--agent-token=\(unit)' '--write-kubeconfig-mode'|" \
                    /etc/systemd/system/k3s.service
                grep -q \(unit) /etc/systemd/system/k3s.service
                mkdir -p /etc/rancher/k3s
                printf 'etcd-s3-secret-key: \(s3)\\nvpn-auth: \(config)\\n' >/etc/rancher/k3s/config.yaml
                systemctl daemon-reload
                systemctl restart k3s
                """,
            ]
        ).checked()
        try await cluster.lab.write(
            "vpn-auth: \(config)\n", to: "/etc/rancher/k3s/config.yaml", on: "k3s-worker-01", mode: "600")
        try await eventually("the cluster is well again") { try await cluster.problems().isEmpty }
    }

    /// Samples every command line on each host until its input ends; K3s' own has the operator's arguments and is left
    /// out.
    private static func sampleCommandLines(_ scene: UpgradeScene) async throws -> [(String, RunningCommand)] {
        let script = """
            import glob, select, sys
            seen = set()
            while not select.select([sys.stdin], [], [], 0.002)[0]:
                for path in glob.glob('/proc/[0-9]*/cmdline'):
                    try:
                        words = open(path, 'rb').read().split(b'\\0')
                    except OSError:
                        continue
                    if words[:2] not in ([b'/usr/local/bin/k3s', b'server'], [b'/usr/local/bin/k3s', b'agent']):
                        seen.add(b' '.join(words))
                if len(seen) == 1:
                    print('sampling', flush=True)
            sys.stdout.buffer.write(b'\\n'.join(seen))
            """
        var samplers: [(String, RunningCommand)] = []
        for host in scene.lab.hosts.map(\.name) {
            let sampler = RunningCommand([
                Lab.program.string, "exec", scene.lab.state.string, "--host", host, "--", "python3", "-c", script,
            ])
            samplers.append((host, sampler))
        }
        return samplers
    }
}
