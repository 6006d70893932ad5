import LabSupport
import Subprocess
import SystemPackage
import Testing

/// Binaries that come from the coordinator rather than from the release site.
@Suite struct PushTests {
    private static let staged = "/usr/local/bin/.k3s-upgrade/k3s-\(UpgradeScene.to)"

    /// By hand, with the coordinator's key and OpenSSH's client, as somebody would who has stolen it.
    @Test func theKeyBringsANodeOnlyWhatItsSiteLists() async throws {
        try await LabCluster.with(LabClusterConfiguration(workers: 0)) { cluster in
            try await cluster.installAgents(["--allow-pushed-artifacts"])
            let genuine = try await Release(of: UpgradeScene.to, on: cluster)
            func receive(_ file: String, as release: Release) async throws -> CommandOutcome {
                let order = "receive \(release.sha256) \(release.size) \(UpgradeScene.to)"
                let key = "\(cluster.lab.operatorHome)/.config/k3s-upgrade/id_ed25519"
                let known = "UserKnownHostsFile=\(cluster.lab.operatorHome)/.ssh/known_hosts"
                return try await cluster.lab.runAsOperator([
                    "sh", "-c", "file=$1; shift; exec \"$@\" <\"$file\"", "sh", file,
                    "ssh", "-F", "none", "-i", key, "-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes", "-o", known,
                    "k3s-upgrade@10.77.0.10", order,
                ])
            }
            func expectRefusal(_ words: String, _ outcome: CommandOutcome) async throws {
                #expect(outcome.status == .exited(1), "\(outcome)")
                #expect(outcome.errors.contains(words), "\(outcome)")
                let left = try await cluster.lab.run(
                    on: "k3s-master", ["find", "/usr/local/bin", "/var/lib/k3s-upgrade", "-name", "k3s-v*"])
                #expect(left.output.isEmpty, "\(left)")
            }
            let forged = "\(cluster.lab.operatorHome)/forged"
            try await cluster.lab.runAsOperator(
                ["sh", "-c", "cat \"$1\" \"$2\" >\"$3\"", "sh", genuine.file, "/etc/hostname", forged]
            ).checked()
            try await expectRefusal("does not list", receive(forged, as: Release(at: forged, on: cluster)))
            try await expectRefusal("more bytes were pushed", receive(forged, as: genuine))
            try await expectRefusal("is not what it should be", receive(Self.damaged(genuine, cluster), as: genuine))
            try await expectRefusal("the push ended after 0 of", receive("/dev/null", as: genuine))
            try await cluster.lab.fill("k3s-master", leaving: 8 << 20)
            try await expectRefusal("no room for the new k3s binary", receive(genuine.file, as: genuine))
            try await cluster.lab.unfill("k3s-master")

            for reply in [#"{"push":"kept"}"#, #"{"push":"present"}"#] {
                let outcome = try await receive(genuine.file, as: genuine)
                #expect(outcome.succeeded && outcome.output.contains(reply), "\(outcome)")
            }
            let facts = try await cluster.lab.run(on: "k3s-master", ["stat", "-c", "%U %a %s", Self.staged]).checked()
            #expect(facts.line == "root 700 \(genuine.size)")
        }
    }

    @Test func nodesThatCannotFetchAreUpgradedByPushesAndOnlyWhereTheirPolicySaysSo() async throws {
        var configuration = LabClusterConfiguration(workers: 1)
        // What the nodes' own site gives as the binary is damaged; its list is right.
        configuration.siteFaults = ["corrupt@\(UpgradeScene.to)"]
        try await UpgradeScene.with(configuration) { scene in
            let site = try await OperatorSite.start(in: scene)
            try await site.use(true)
            let forbidden = try await scene.upgrade("--push")
            #expect(forbidden.status == .exited(3), "\(forbidden)")
            #expect(forbidden.errors.contains("takes no pushed binaries"), "\(forbidden)")
            #expect(forbidden.errors.contains("the run was not begun"), "\(forbidden)")

            try await site.use(false)
            try await scene.cluster.installAgents(["--replace-policy", "--allow-pushed-artifacts"])
            try await site.use(true)
            let fetching = try await scene.upgrade()
            #expect(fetching.status == .exited(1), "\(fetching)")
            for host in scene.lab.hosts {
                #expect(try await scene.stops(on: host.name) == 0)
                #expect(try await !scene.lab.exists(.init(Self.staged), on: host.name))
            }

            let (nodes, own) = (try await site.nodesFetches(), try await site.fetches())
            #expect(nodes > 0)
            let pushed = try await scene.upgrade("--push")
            #expect(pushed.errors.contains("k3s-worker-01: pushed "), "\(pushed)")
            try await scene.expectUpgraded(pushed)
            // No node fetched it, and the coordinator once for both.
            #expect(try await site.nodesFetches() == nodes)
            #expect(try await site.fetches() == own + 1)
            try await site.stop()
        }
    }

    @Test func aPushThatIsInterruptedOrLosesItsNodeLeavesNothing() async throws {
        try await UpgradeScene.with(LabClusterConfiguration(workers: 1), agents: ["--allow-pushed-artifacts"]) {
            scene in
            let (worker, unfinished) = ("k3s-worker-01", FilePath(Self.staged + ".k3s-upgrade-new"))
            // The binary has 16 MB: a few seconds of them, so that there is a middle.
            try await scene.lab.limit(worker, kilobitsPerSecond: 16_000)
            func startPush() async throws -> RunningCommand {
                let run = scene.cluster.startCoordinator(["upgrade", "--to", UpgradeScene.to, "--push"])
                try await eventually("the worker is being pushed to", within: .seconds(120)) {
                    try await scene.lab.exists(unfinished, on: worker)
                }
                return run
            }
            let interrupted = try await startPush()
            try await interrupted.send(.interrupt)
            #expect(try await interrupted.outcome().status == .exited(130))
            try await eventually("what came is thrown away") {
                try await !scene.lab.exists(unfinished, on: worker)
            }

            let lost = try await startPush()
            try await scene.lab.kill(worker)
            let outcome = try await lost.outcome(within: UpgradeScene.deadline)
            #expect(outcome.status == .exited(4), "\(outcome)")
            #expect(outcome.errors.contains(worker) && outcome.errors.contains("the run was not begun"), "\(outcome)")
            try await scene.lab.boot(worker)
            try await scene.lab.awaitSSH(worker)
            try await eventually("what the loss of power left is gone", within: .seconds(120)) {
                try await !scene.lab.exists(unfinished, on: worker)
            }
            #expect(try await !scene.lab.exists(.init(Self.staged), on: worker))

            try await scene.lab.limit(worker, kilobitsPerSecond: 0)
            let pushed = try await scene.upgrade("--push")
            // It had come whole before the other was interrupted.
            #expect(pushed.errors.contains("k3s-master: has the release already"), "\(pushed)")
            try await scene.expectUpgraded(pushed)
        }
    }

    /// Of the same size, with another byte in the middle.
    private static func damaged(_ release: Release, _ cluster: LabCluster) async throws -> String {
        let path = "\(cluster.lab.operatorHome)/damaged"
        let script = "cp \"$1\" \"$2\" && printf x | dd of=\"$2\" bs=1 seek=$3 conv=notrunc status=none"
        try await cluster.lab.runAsOperator([
            "sh", "-c", script, "sh", release.file, path, "\(release.size / 2)",
        ]).checked()
        return path
    }
}

/// A binary on the operator's machine, as sha256sum and stat see it.
private struct Release {
    let file: String
    let sha256: String
    let size: Int

    init(of version: String, on cluster: LabCluster) async throws {
        try await self.init(at: cluster.lab.state.appending("site/\(version)/k3s").string, on: cluster)
    }

    init(at file: String, on cluster: LabCluster) async throws {
        self.file = file
        let sum = try await cluster.lab.runAsOperator(["sha256sum", file]).checked().line
        sha256 = String(sum.prefix(64))
        size = try #require(Int(try await cluster.lab.runAsOperator(["stat", "-c", "%s", file]).checked().line))
    }
}

/// A release site of the coordinator's own, with nothing wrong; the nodes do not know of it.
private struct OperatorSite {
    private let scene: UpgradeScene
    private let program: RunningCommand
    private let log: FilePath

    static func start(in scene: UpgradeScene) async throws -> OperatorSite {
        let standin = LabCluster.tree.appending(".build-agent/release/k3s-standin").string
        let log = scene.lab.state.appending("operator-site.log")
        let program = scene.lab.startAsOperator([
            standin, "site", "--root", scene.lab.state.appending("site").string, "--listen", "10.77.0.1:8081", "--log",
            log.string,
        ])
        try await eventually("the operator's site answers") {
            let address = "http://10.77.0.1:8081/v1-release/channels"
            return try await scene.lab.runAsOperator(["curl", "--fail", "--silent", "--output", "/dev/null", address])
                .succeeded
        }
        return OperatorSite(scene: scene, program: program, log: log)
    }

    /// Whether the inventory names this site or the nodes'.
    func use(_ own: Bool) async throws {
        let (from, to) = own ? (8080, 8081) : (8081, 8080)
        let releases = "s|10.77.0.1:\(from)/releases|10.77.0.1:\(to)/releases|"
        try await scene.lab.runAsOperator(["sed", "-i", releases, scene.cluster.inventory.string]).checked()
    }

    /// How often the release's binary was asked for, here and at the nodes' site.
    func fetches() async throws -> Int { try await count(log) }
    func nodesFetches() async throws -> Int { try await count(scene.lab.state.appending("site.log")) }

    private func count(_ log: FilePath) async throws -> Int {
        let text = try await scene.lab.runAsOperator(["cat", log.string]).checked().output
        return text.split(separator: "\n").count { $0.contains("\(UpgradeScene.to)/k3s\"") }
    }

    func stop() async throws {
        try await program.send(.terminate)
        _ = try await program.outcome()
    }
}
