import AgentCore
import LabSupport
import Subprocess
import SystemPackage
import Testing
import Wire

/// Two operators, each on a machine of their own, start the same upgrade at once.
@Suite struct LockRaceTests {
    enum Network {
        case whole
        /// A host is cut off from one of the two, while both are at it.
        case firstIsCutOff, secondIsCutOff
    }

    /// As many races as a lab gets, of fifty.
    private static let labs: [(Network, Int)] = [
        (.whole, 16), (.whole, 14), (.firstIsCutOff, 10), (.secondIsCutOff, 10),
    ]

    @Test(arguments: labs) func oneGoesOnOrNone(network: Network, rounds: Int) async throws {
        var configuration = LabClusterConfiguration(datastore: .etcd)
        // Who goes on is in its snapshot until the round is over.
        configuration.settings.append("snapshot-time=120s")
        try await UpgradeScene.with(configuration) { scene in
            let first = Operator.first(scene)
            let second = try await Operator.second(scene)
            // So that there is a run to be named.
            let opening = first.start()
            try await opening.says("snapshot/k3s-master: running", within: .seconds(120))
            try await Self.leave([(first, opening)], in: scene)
            var known = try await Self.epochs(scene)
            for round in 0..<rounds {
                let operators = round.isMultiple(of: 2) ? [first, second] : [second, first]
                let runs = operators.map { ($0, $0.start()) }
                if let (one, other) = Self.cut(network, round, scene) {
                    try await scene.lab.cut(one, from: other)
                    // Some come to an end in this time; the others find the network mended in the middle.
                    try? await eventually("the race is decided", within: .seconds(8)) { await Self.isDecided(runs) }
                    try await scene.lab.healAll()
                }
                try await eventually("round \(round): the race is decided", within: .seconds(120)) {
                    await Self.isDecided(runs)
                }
                let outcomes = try await Self.leave(runs, in: scene)
                // Steps that were begun, as the agents' journals tell.
                let now = try await Self.epochs(scene)
                #expect(now.subtracting(known).count <= 1, "round \(round): \(outcomes)")
                known = now
                if network == .whole { try Self.expectLoserIsTold(operators, outcomes, round) }
            }
        }
    }

    /// Whether one has ended: it was told no, or did not reach a node.
    private static func isDecided(_ runs: [(Operator, RunningCommand)]) async -> Bool {
        for (_, run) in runs where await run.hasEnded { return true }
        return false
    }

    private static func cut(_ network: Network, _ round: Int, _ scene: UpgradeScene) -> (Lab.Peer, Lab.Peer)? {
        let hosts = scene.lab.hosts.map(\.name)
        return switch network {
        case .whole: nil
        case .firstIsCutOff: (.host(hosts[round % 3]), .operator)
        case .secondIsCutOff: (.host(hosts[round % 2]), .host(Operator.secondMachine))
        }
    }

    /// Ends whoever is still at it, and gives back what is held.
    @discardableResult private static func leave(
        _ runs: [(Operator, RunningCommand)], in scene: UpgradeScene
    ) async throws -> [CommandOutcome] {
        var outcomes: [CommandOutcome] = []
        for (one, run) in runs {
            if await !run.hasEnded {
                try await one.interrupt(run)
                // Whoever holds nothing yet leaves at the first signal.
                try await eventually("\(one.name) is leaving") {
                    if await run.hasEnded { return true }
                    return await run.errorText.contains("once more leaves at once")
                }
                if await !run.hasEnded { try? await one.interrupt(run) }
            }
            outcomes.append(try await run.outcome(within: .seconds(120)))
        }
        try await scene.cluster.coordinate(["release", "--take-over"]).checked()
        return outcomes
    }

    private static func epochs(_ scene: UpgradeScene) async throws -> Set<Epoch> {
        var epochs: Set<Epoch> = []
        for host in scene.lab.hosts {
            for case .stepStarted(_, let epoch, _) in try await AgentJournal(of: host.name, in: scene.lab).records {
                epochs.insert(epoch)
            }
        }
        return epochs
    }

    private static func expectLoserIsTold(
        _ operators: [Operator], _ outcomes: [CommandOutcome], _ round: Int
    ) throws {
        let loser = try #require(outcomes.firstIndex { $0.status == .exited(5) }, "round \(round): \(outcomes)")
        let winner = 1 - loser
        #expect(outcomes[winner].status == .exited(130), "round \(round): \(outcomes)")
        let told = outcomes[loser].errors.firstMatch(
            of:
                #/(\S+) on (\S+) \(process \d+, since \d{4}-\d\d-\d\d \d\d:\d\d UTC\) holds the lock, run (\S+), as k3s-master says/#
        )
        let words = try #require(told, "round \(round): \(outcomes[loser])")
        #expect(words.1 == operators[winner].name)
        if operators[winner].name == "bob" { #expect(words.2 == Operator.secondMachine) }
        #expect(outcomes[winner].errors.contains("run \(words.3)"), "\(outcomes[winner])")
    }
}

/// Somebody with a coordinator and a key.
private struct Operator {
    static let secondMachine = "k3s-worker-02"

    let name: String
    let start: @Sendable () -> RunningCommand
    let interrupt: @Sendable (RunningCommand) async throws -> Void

    /// On the operator's machine.
    static func first(_ scene: UpgradeScene) -> Operator {
        let lab = scene.lab
        let command = [LabCluster.coordinator.string] + arguments(scene)
        return Operator(
            name: "alice", start: { lab.startAsOperator(command, environment: ["USER": "alice"]) },
            interrupt: { try await $0.send(.interrupt) })
    }

    /// On one of the hosts, which gets the same files at the same places.
    static func second(_ scene: UpgradeScene) async throws -> Operator {
        let (lab, home) = (scene.lab, scene.lab.operatorHome)
        let coordinator = "\(home)/coordinator"
        try await lab.run(on: secondMachine, ["mkdir", "-p", lab.state.string]).checked()
        let scp = ["scp", "-q", "-r", "-F", "\(home)/.ssh/config"]
        try await lab.runAsOperator(scp + [home, "\(secondMachine):\(lab.state)/"]).checked()
        try await lab.runAsOperator(scp + [LabCluster.coordinator.string, "\(secondMachine):\(coordinator)"]).checked()
        // What the coordinator is linked with lies elsewhere on this machine than on a host.
        let linked = try await Command(["ldd", LabCluster.coordinator.string]).run().checked().output
        let libraries = linked.matches(of: #/=> (\S*swift\S*\.so\S*)/#).map { String($0.1) }
        let folder = "\(home)/lib"
        try await lab.run(on: secondMachine, ["mkdir", folder]).checked()
        if !libraries.isEmpty {
            try await lab.runAsOperator(scp + libraries + ["\(secondMachine):\(folder)"]).checked()
        }
        // Signals reach the shell that the lab puts before a host's command: so they are sent on the host.
        let command =
            ["sh", "-c", #"echo $$ >/run/operator.pid; exec env HOME="$0" USER=bob "$@""#, home]
            + ["LD_LIBRARY_PATH=\(folder)", coordinator]
            + arguments(scene)
        return Operator(
            name: "bob", start: { lab.start(on: secondMachine, command) },
            interrupt: { _ in
                try await lab.run(on: secondMachine, ["sh", "-c", "kill -INT $(cat /run/operator.pid)"]).checked()
            })
    }

    private static func arguments(_ scene: UpgradeScene) -> [String] {
        ["upgrade", "--to", UpgradeScene.to, "--inventory", scene.cluster.inventory.string]
    }
}
