import LabSupport
import SystemPackage
import Testing

/// What bad input gets: words that name the thing, the right status, and nothing changed.
@Suite struct BadInputTests {
    @Test func versionsAreRefusedByName() async throws {
        var configuration = LabClusterConfiguration(workers: 1)
        configuration.siteFaults = ["corrupt@v1.34.5+k3s1", "missing@v1.35.2+k3s1"]
        try await UpgradeScene.with(configuration) { scene in
            let refused: [(version: String, status: Int32, words: String)] = [
                ("1.35.1", 2, "did you mean v1.35.1+k3s1?"),
                ("stable", 2, "`stable` is a channel"),
                ("v1.35", 2, "`v1.35` is a whole minor"),
                ("", 2, "is no K3s version"),
                ("v1.35.1+k3s1; reboot", 2, "is no K3s version"),
                ("v1.36.0+k3s1", 3, "would skip a minor release"),
                ("v1.33.9+k3s1", 3, "which is newer than v1.33.9+k3s1"),
                ("v1.35.9+k3s1", 3, "has no v1.35.9+k3s1"),
                ("v1.35.2+k3s1", 3, "has no v1.35.2+k3s1"),
                // Found by the node, which hashes what it has fetched.
                ("v1.34.5+k3s1", 1, "v1.34.5+k3s1"),
            ]
            for attempt in refused {
                let outcome = try await scene.cluster.coordinate(
                    ["upgrade", "--to", attempt.version], deadline: UpgradeScene.deadline)
                #expect(outcome.status == .exited(attempt.status), "\(outcome)")
                #expect((outcome.errors + outcome.output).contains(attempt.words), "\(outcome)")
            }
            try await Self.expectUntouched(scene)
        }
    }

    @Test func inventoriesAreRefusedWithTheirLines() async throws {
        try await UpgradeScene.with(LabClusterConfiguration(workers: 1)) { scene in
            let good = try await scene.lab.runAsOperator(["cat", scene.cluster.inventory.string]).checked().output
            let worker = "  - name: k3s-worker-01\n    role: worker\n    address: 10.77.0.11\n"
            #expect(good.contains(worker))
            let bad: [(text: String, status: Int32, words: [String])] = [
                (good.replacing("ssh:", with: worker + "ssh:"), 2, ["k3s-worker-01 is listed twice", ":8:"]),
                (good.replacing("role: worker", with: "role: boss"), 2, ["boss", ":6:"]),
                (good.replacing("role: server", with: "role: worker"), 2, ["none of the nodes is a server"]),
                (good.replacing("role: worker", with: "role: worker\n    colour: red"), 2, ["colour", ":7:"]),
                (good.replacing(worker, with: ""), 3, ["k3s-worker-01"]),
                (good.replacing("name: k3s-worker-01", with: "name: k3s-worker-09"), 3, ["k3s-worker-09"]),
                ("nodes: [", 2, ["not YAML"]),
                ("", 2, ["it is empty"]),
            ]
            for attempt in bad {
                let outcome = try await Self.upgrade(scene, by: attempt.text)
                #expect(outcome.status == .exited(attempt.status), "\(outcome)")
                for words in attempt.words { #expect(outcome.errors.contains(words), "\(words): \(outcome)") }
            }
            // A rollback of the master, under the worker's name.
            let swapped = good.replacing("address: 10.77.0.11", with: "address: 10.77.0.10")
            for command in [["upgrade", "--to", UpgradeScene.to], ["rollback", "--node", "k3s-worker-01"]] {
                let outcome = try await Self.coordinate(command, scene, by: swapped)
                #expect(outcome.status == .exited(3), "\(outcome)")
                #expect(outcome.errors.contains("is k3s-master, not k3s-worker-01"), "\(outcome)")
            }
            let missing = try await scene.lab.runAsOperator([
                LabCluster.coordinator.string, "upgrade", "--to", UpgradeScene.to, "--inventory", "/nowhere.yaml",
            ])
            #expect(missing.status == .exited(2), "\(missing)")
            #expect(missing.errors.contains("/nowhere.yaml"))
            try await Self.expectUntouched(scene)
        }
    }

    @Test func nodesThatCannotBeSpokenToAreNamedWithTheCause() async throws {
        try await UpgradeScene.with(LabClusterConfiguration(workers: 1)) { scene in
            let lab = scene.lab
            let knownHosts = "\(lab.operatorHome)/.ssh/known_hosts"
            let known = try await lab.runAsOperator(["cat", knownHosts]).checked().output
            func expectRefusal(_ status: Int32, _ words: String...) async throws {
                let outcome = try await scene.upgrade()
                #expect(outcome.status == .exited(status), "\(outcome)")
                for words in words { #expect(outcome.errors.contains(words), "\(words): \(outcome)") }
            }
            func setKnown(_ text: String) async throws {
                try await lab.runAsOperator(["tee", knownHosts], input: Array(text.utf8)).checked()
            }
            let lines = known.split(separator: "\n")
            let others = lines.filter { !$0.contains("10.77.0.11") && !$0.contains("k3s-worker-01") }
            #expect(others.count < lines.count)

            try await setKnown(others.joined(separator: "\n") + "\n")
            try await expectRefusal(3, "k3s-worker-01", "is not known", "SHA256:")

            let master = try #require(lines.first { $0.contains("10.77.0.10") && $0.contains("ssh-ed25519") })
            let key = master.split(separator: " ").dropFirst().joined(separator: " ")
            try await setKnown(others.joined(separator: "\n") + "\n10.77.0.11 \(key)\n")
            try await expectRefusal(3, "k3s-worker-01", "has changed", "SHA256:")
            try await setKnown(known)

            try await lab.run(
                on: "k3s-worker-01",
                [
                    "systemctl", "stop", "k3s-upgrade-agent.socket",
                    "k3s-upgrade-agent.service",
                ]
            ).checked()
            try await expectRefusal(4, "k3s-worker-01")
            try await lab.run(on: "k3s-worker-01", ["systemctl", "start", "k3s-upgrade-agent.socket"]).checked()

            for (generation, words) in [(0, "too old"), (9, "too new")] {
                try await Self.pretendAgent(of: generation, scene, on: "k3s-worker-01")
                try await expectRefusal(3, "k3s-worker-01", words)
            }
            try await Self.pretendAgent(of: nil, scene, on: "k3s-worker-01")

            let keys = "/var/lib/k3s-upgrade/.ssh/authorized_keys"
            try await lab.run(on: "k3s-worker-01", ["mv", keys, "/root/keys"]).checked()
            try await expectRefusal(4, "k3s-worker-01", "key")
            try await lab.run(on: "k3s-worker-01", ["mv", "/root/keys", keys]).checked()

            try await lab.unplug("k3s-worker-01")
            try await expectRefusal(4, "k3s-worker-01", "journalctl")
            try await lab.plug("k3s-worker-01")
            try await Self.expectUntouched(scene)
        }
    }

    /// Puts a program that greets with another protocol in the agent's place, or the agent back with nil.
    private static func pretendAgent(of generation: Int?, _ scene: UpgradeScene, on host: String) async throws {
        let (program, aside) = ("/usr/local/bin/k3s-upgrade-agent", "/root/agent")
        guard let generation else {
            try await scene.lab.run(on: host, ["mv", aside, program]).checked()
            return
        }
        try await scene.lab.run(on: host, ["sh", "-c", "[ -e \(aside) ] || mv \(program) \(aside)"]).checked()
        let range = "\"newest\":\(generation),\"oldest\":\(generation)"
        let greeting = "{\"features\":[],\(range),\"product\":\"\(generation).0.0\"}"
        try await scene.lab.write(
            "#!/bin/sh\necho '\(greeting)'\nexec cat >/dev/null\n", to: .init(program), on: host, mode: "755")
    }

    private static func upgrade(_ scene: UpgradeScene, by inventory: String) async throws -> CommandOutcome {
        try await coordinate(["upgrade", "--to", UpgradeScene.to], scene, by: inventory)
    }

    private static func coordinate(
        _ command: [String], _ scene: UpgradeScene, by inventory: String
    ) async throws -> CommandOutcome {
        let path = "\(scene.lab.operatorHome)/other.yaml"
        try await scene.lab.runAsOperator(["tee", path], input: Array(inventory.utf8)).checked()
        return try await scene.lab.runAsOperator(
            [LabCluster.coordinator.string] + command + ["--inventory", path])
    }

    private static func expectUntouched(_ scene: UpgradeScene) async throws {
        for host in scene.lab.hosts {
            #expect(try await scene.stops(on: host.name) == 0)
        }
        let events = try await scene.cluster.events()
        #expect(!events.contains { $0.event == "cordon" || $0.version != UpgradeScene.from })
        let found = try await scene.contradictions(upgraded: false)
        #expect(found.isEmpty, "\(found)")
    }
}
