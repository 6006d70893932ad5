import LabSupport
import SystemPackage
import Testing

/// The operator's own key has a passphrase, and no ssh-agent holds it.
@Suite struct EncryptedKeyTests {
    @Test func passphraseIsAskedForOnceAndNotShown() async throws {
        try await LabCluster.with(LabClusterConfiguration(workers: 1)) { cluster in
            let lab = cluster.lab
            let home = lab.operatorHome
            try await lab.runAsOperator(
                ["ssh-keygen", "-q", "-p", "-P", "", "-N", "night owl", "-f", "\(home)/.ssh/id_ed25519"]
            ).checked()
            try await lab.runAsOperator(["tee", "\(home)/.ssh/known_hosts"]).checked()
            let install = [
                LabCluster.coordinator.string, "agents", "install", "--accept-new-host-keys", "--agent",
                LabCluster.agent.string, "--inventory", cluster.inventory.string,
            ]
            let unasked = try await lab.runAsOperator(install)
            #expect(unasked.status == .exited(4), "\(unasked)")
            #expect(unasked.errors.contains("encrypted, and no passphrase was given"), "\(unasked)")
            #expect(unasked.errors.contains("new host key of k3s-worker-01 (10.77.0.11) accepted: ssh-ed25519 SHA256:"))

            // Behind a terminal of its own. What is typed before it is asked for is thrown away.
            let prompt = "passphrase for \(home)/.ssh/id_ed25519: "
            let words = install.map { "'\($0)'" }.joined(separator: " ")
            let run = lab.startAsOperator(["script", "--quiet", "--return", "--command", words, "/dev/null"])
            try await run.says(prompt)
            await run.write(Array("night owl\r".utf8))
            let outcome = try await run.outcome(within: .seconds(120))
            #expect(outcome.succeeded, "\(outcome)")
            #expect(outcome.output.ranges(of: prompt).count == 1, "\(outcome)")
            #expect(!outcome.output.contains("night owl"), "\(outcome)")
            try await cluster.coordinate(["agents", "status"]).checked()
        }
    }
}
