import LabSupport
import SystemPackage
import Testing

/// What somebody who has the coordinator's key, and OpenSSH's client, gets on a node.
@Suite struct CoordinatorKeyTests {
    @Test func keyOpensTheAgentAndNothingElse() async throws {
        try await LabCluster.with(LabClusterConfiguration(workers: 0)) { cluster in
            try await cluster.installAgents()
            let home = cluster.lab.operatorHome
            func ssh(_ options: [String], _ command: [String] = []) async throws -> CommandOutcome {
                let words =
                    [
                        "ssh", "-F", "none", "-i", "\(home)/.config/k3s-upgrade/id_ed25519",
                        "-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes", "-o", "ConnectTimeout=20",
                        "-o", "UserKnownHostsFile=\(home)/.ssh/known_hosts", "-o", "ExitOnForwardFailure=yes",
                    ] + options + ["k3s-upgrade@10.77.0.10"] + command
                return try await cluster.lab.runAsOperator(words)
            }
            let agent = try await ssh([], ["connect"])
            #expect(agent.output.contains(#""product""#), "the key itself works: \(agent)")

            let mark = "/tmp/came-in"
            let refused: [(options: [String], command: [String], words: String)] = [
                ([], [], "has no shell"),
                (["-tt"], [], "PTY allocation request failed"),
                ([], ["touch \(mark)"], "only `connect` and `receive SHA256 SIZE VERSION` are"),
                ([], ["connect; touch \(mark)"], "only `connect` and `receive SHA256 SIZE VERSION` are"),
                ([], ["connect", "$(touch \(mark))"], "only `connect` and `receive SHA256 SIZE VERSION` are"),
                ([], ["receive", "x", "`touch \(mark)`"], "are served"),
                (
                    [], ["receive", String(repeating: "0f", count: 32), "5", "v1.35.1+k3s1;", "touch", mark],
                    "are served"
                ),
                (["-s"], ["sftp"], ""),
                (["-W", "127.0.0.1:6443"], [], "administratively prohibited"),
                (["-R", "19998:127.0.0.1:22"], ["connect"], "remote port forwarding failed"),
                (["-w", "0:0", "-N"], [], ""),
            ]
            for attempt in refused {
                let outcome = try await ssh(attempt.options, attempt.command)
                #expect(!outcome.succeeded, "\(outcome)")
                #expect(attempt.words.isEmpty || outcome.errors.contains(attempt.words), "\(outcome)")
                #expect(outcome.output.isEmpty, "\(outcome)")
                #expect(try await !cluster.lab.exists(.init(mark), on: "k3s-master"))
            }
            let sftp = try await cluster.lab.runAsOperator([
                "sftp", "-F", "none", "-i", "\(home)/.config/k3s-upgrade/id_ed25519", "-o", "IdentitiesOnly=yes",
                "-o", "BatchMode=yes", "-o", "UserKnownHostsFile=\(home)/.ssh/known_hosts",
                "k3s-upgrade@10.77.0.10:/etc/hostname", "/dev/null",
            ])
            #expect(!sftp.succeeded, "\(sftp)")

            // What sshd lets a key do, it says in its debugging messages: here it is the forced command alone, so that
            // an ssh-agent that is offered gets no socket.
            let offered = try await cluster.lab.runAsOperator([
                "ssh-agent", "ssh", "-v", "-A", "-F", "none", "-i", "\(home)/.config/k3s-upgrade/id_ed25519",
                "-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes", "-o", "UserKnownHostsFile=\(home)/.ssh/known_hosts",
                "k3s-upgrade@10.77.0.10", "connect",
            ])
            let options = offered.errors.split(whereSeparator: \.isNewline).filter { $0.contains("key options: ") }
            #expect(!options.isEmpty && options.allSatisfy { $0.hasSuffix("key options: command") }, "\(offered)")
        }
    }
}
