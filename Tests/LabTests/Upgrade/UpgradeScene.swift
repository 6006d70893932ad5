import LabSupport
import SystemPackage
import Testing

/// A cluster with its agents, and what was recorded of it before anything was done to it.
struct UpgradeScene {
    static let from = "v1.34.3+k3s1"
    static let to = "v1.35.1+k3s1"
    /// An upgrade takes 10 s on an idle machine; a coordinator that finds another's lock waits 30 s more.
    static let deadline = Duration.seconds(300)

    let cluster: LabCluster
    private let before: FilePath

    var lab: Lab { cluster.lab }

    /// - Parameters:
    ///   - policy: lines of the inventory's `policy`.
    ///   - agents: options of `agents install`.
    ///   - prepare: what is done to the cluster before the agents are installed.
    static func with(
        _ configuration: LabClusterConfiguration = LabClusterConfiguration(), policy: [String] = [],
        agents: [String] = [], prepare: (LabCluster) async throws -> Void = { _ in },
        _ body: (UpgradeScene) async throws -> Void
    ) async throws {
        try await LabCluster.with(configuration) { cluster in
            try await prepare(cluster)
            if !policy.isEmpty {
                let lines = (["policy:"] + policy.map { "  \($0)" }).map { "\($0)\n" }.joined()
                try await cluster.lab.runAsOperator(["tee", "-a", cluster.inventory.string], input: Array(lines.utf8))
                    .checked()
            }
            try await cluster.installAgents(agents)
            try await body(UpgradeScene(cluster: cluster, before: cluster.record()))
        }
    }

    func upgrade(_ options: String...) async throws -> CommandOutcome {
        try await cluster.coordinate(["upgrade", "--to", Self.to] + options, deadline: Self.deadline)
    }

    func startUpgrade() -> RunningCommand { cluster.startCoordinator(["upgrade", "--to", Self.to]) }

    /// What the hosts tell against an upgrade that was done, or that stopped and may be half done.
    func contradictions(upgraded: Bool = true) async throws -> [String] {
        try await cluster.contradictions(since: before, to: Self.to, upgraded: upgraded)
    }

    /// How often K3s was started with a version on a host.
    func starts(of version: String = to, on host: String) async throws -> Int {
        try await cluster.events(on: host).count { $0.event == "start" && $0.version == version }
    }

    /// How often K3s was told to stop on a host.
    func stops(on host: String) async throws -> Int {
        try await cluster.events(on: host).count { $0.event == "stop" }
    }

    /// `kubectl` on the first server, as its administrator.
    @discardableResult
    func kubectl(_ arguments: String..., input: String = "") async throws -> CommandOutcome {
        try await lab.run(on: "k3s-master", ["k3s", "kubectl"] + arguments, input: Array(input.utf8)).checked()
    }

    func isCordoned(_ node: String) async throws -> Bool {
        try await kubectl("get", "node", node, "-o", "jsonpath={.spec.unschedulable}").line == "true"
    }

    /// Takes the faults out of the stand-in's configuration on a host.
    func mend(_ host: String) async throws {
        try await lab.run(on: host, ["sed", "-i", "/^fault=/d", "/etc/k3s-standin/config"]).checked()
    }

    /// The run ended well, and the hosts say so too.
    func expectUpgraded(_ outcome: CommandOutcome, except allowed: [String] = []) async throws {
        #expect(outcome.succeeded, "\(outcome)")
        let nodes = lab.hosts.count
        #expect(outcome.output.contains("upgraded \(nodes)/\(nodes) nodes to \(Self.to)"), "\(outcome)")
        let found = try await contradictions().filter { line in !allowed.contains { line.hasPrefix($0) } }
        #expect(found.isEmpty, "\(found)")
    }
}
