import AgentCore
import LabSupport
import SystemPackage
import Testing

/// The coordinator dies when it says that a phase runs: at every phase of every step, on a server and on workers. A step is
/// over before another coordinator could lead it, so that one upgrade has room for one strike a step; the cluster is
/// upgraded from release to release until each phase has had its own.
@Suite struct KilledCoordinatorTests {
    private static let releases = [
        "v1.33.9+k3s1", "v1.34.3+k3s1", "v1.34.5+k3s1", "v1.35.1+k3s1", "v1.35.2+k3s1", "v1.36.0+k3s1",
    ]

    /// Moments of one upgrade in their order, each in another step.
    private static let upgrades: [[String]] = [
        [
            "stage/k3s-worker-01: running fetch", "snapshot/k3s-master: running take-snapshot",
            "install/k3s-master: running check", "drain/k3s-worker-01: running cordon",
            "install/k3s-worker-01: running check", "uncordon/k3s-worker-01: running await-node",
            "drain/k3s-worker-02: running evict", "install/k3s-worker-02: running place",
            "uncordon/k3s-worker-02: running uncordon",
        ],
        [
            "stage/k3s-master: running save-kit", "snapshot/k3s-master: running verify-snapshot",
            "install/k3s-master: running place", "drain/k3s-worker-01: running evict",
            "install/k3s-worker-01: running installer", "uncordon/k3s-worker-01: running uncordon",
            "drain/k3s-worker-02: running cordon", "install/k3s-worker-02: running restore-unit",
            "uncordon/k3s-worker-02: running await-node",
        ],
        [
            "install/k3s-master: running installer", "install/k3s-worker-01: running restart",
            "install/k3s-worker-02: running await",
        ],
        ["install/k3s-master: running restore-unit"],
        ["install/k3s-master: running cold-copy"],
        ["install/k3s-master: running restart"],
        ["install/k3s-master: running await"],
    ]

    @Test(arguments: [upgrades[..<4], upgrades[4...]]) func isSucceeded(upgrades: ArraySlice<[String]>) async throws {
        var configuration = LabClusterConfiguration()
        configuration.version = Self.releases[0]
        try await UpgradeScene.with(configuration) { scene in
            for (moments, target) in zip(upgrades, Self.releases.dropFirst()) {
                let before = try await scene.cluster.record()
                let outcome = try await Self.upgrade(to: target, scene, striking: moments)
                #expect(outcome.succeeded && outcome.output.contains("upgraded 3/3 nodes to \(target)"), "\(outcome)")
                let found = try await scene.cluster.contradictions(since: before, to: target)
                #expect(found.isEmpty, "\(target): \(found)")
                for host in scene.lab.hosts.map(\.name) {
                    #expect(try await scene.starts(of: target, on: host) == 1, "\(target) on \(host)")
                    let state = try #require(try await AgentJournal(of: host, in: scene.lab).states.last)
                    #expect(state.stored?.open == false && state.current == nil && state.held.isEmpty, "\(state)")
                }
            }
        }
    }

    /// Kills a command as soon as it has said something; fails, with all that it said, if it ends before. Beside the command
    /// rather than in here: among other tests this process may come to read a line when what it tells of is long over.
    private static let strike = """
        moment=$1
        shift
        coproc struck { exec "$@" 2>&1; }
        while IFS= read -r line; do
            printf '%s\n' "$line"
            case $line in
                *"$moment"*)
                    kill -KILL "$struck_PID" || exit 1
                    wait "$struck_PID"
                    exit 0
                    ;;
            esac
        done <&"${struck[0]}"
        exit 1
        """

    /// The last command's outcome. The server's install is succeeded by the same command, which waits until the agents have
    /// heard nothing for 30 s; the other steps by one that takes over at once.
    private static func upgrade(
        to target: String, _ scene: UpgradeScene, striking moments: [String]
    ) async throws -> CommandOutcome {
        var options: [String] = []
        for moment in moments {
            let upgrade = [
                LabCluster.coordinator.string, "upgrade", "--to", target, "--inventory",
                scene.cluster.inventory.string,
            ]
            try await scene.lab.runAsOperator(
                ["bash", "-c", strike, "strike", moment] + upgrade + options, deadline: .seconds(180)
            ).checked()
            options = moment.hasPrefix("install/k3s-master") ? [] : ["--take-over"]
        }
        return try await scene.cluster.coordinate(["upgrade", "--to", target] + options)
    }
}
