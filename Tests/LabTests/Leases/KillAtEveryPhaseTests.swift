import AgentCore
import LabSupport
import Testing
import Wire

/// One upgrade of a server and two workers, in which agents, or the hosts under them, die again and again, each time right
/// behind a record: that of every phase of every step; agents also behind each other kind of record.
@Suite struct KillAtEveryPhaseTests {
    enum Victim { case agent, host }

    @Test(arguments: [Victim.agent, .host]) func nothingIsLostOrDoneTwice(victim: Victim) async throws {
        try await UpgradeScene.with { scene in
            let strikes = Strikes(otherRecords: victim == .agent)
            var agents: [RecordStops] = []
            for host in scene.lab.hosts { agents.append(try await RecordStops(on: host.name, in: scene.lab)) }
            let outcome = try await Self.upgrade(scene, striking: victim, of: agents, strikes)
            // A host that lost its power did not say when it stopped.
            try await scene.expectUpgraded(outcome, except: victim == .host ? ["each node was back before"] : [])
            let missed = await strikes.wanted(on: scene.lab.hosts).subtracting(strikes.struck)
            #expect(missed.isEmpty, "never struck: \(missed.sorted())")
            for host in scene.lab.hosts {
                let state = try #require(try await AgentJournal(of: host.name, in: scene.lab).states.last)
                #expect(
                    state.stored?.open == false && state.current == nil && state.held.isEmpty, "\(host.name): \(state)")
                // Power that comes back starts what is in place, and then no step does.
                let most = max(1, victim == .host ? await strikes.count(on: host.name) : 1)
                let starts = try await scene.starts(on: host.name)
                #expect((1...most).contains(starts), "\(host.name) started it \(starts) times")
            }
        }
    }

    /// The same command until it is done, while agents are struck.
    private static func upgrade(
        _ scene: UpgradeScene, striking victim: Victim, of agents: [RecordStops], _ strikes: Strikes
    ) async throws -> CommandOutcome {
        try await withThrowingTaskGroup(of: CommandOutcome?.self) { group in
            for agent in agents {
                group.addTask {
                    try await Self.strike(victim, agent, strikes)
                    return nil
                }
            }
            group.addTask {
                let command = ["upgrade", "--to", UpgradeScene.to]
                var outcome = try await scene.cluster.coordinate(command, deadline: .seconds(900))
                // A step that is abandoned three times ends the run as failed.
                for _ in 0..<6 where !outcome.succeeded {
                    outcome = try await scene.cluster.coordinate(command, deadline: .seconds(900))
                }
                await strikes.end()
                return outcome
            }
            defer { group.cancelAll() }
            var last: CommandOutcome?
            for try await outcome in group { last = outcome ?? last }
            return try #require(last)
        }
    }

    private static func strike(_ victim: Victim, _ agent: RecordStops, _ strikes: Strikes) async throws {
        var agent = agent
        var order = RecordStops.Order.none
        while await !strikes.isOver {
            guard let record = try await agent.next(after: order) else {
                order = .none
                continue
            }
            guard await strikes.takes(record, in: agent.state, on: agent.host) else {
                order = .goOn
                continue
            }
            switch victim {
            case .agent: order = .die
            case .host:
                try await agent.lab.kill(agent.host)
                try await agent.lab.boot(agent.host)
                try await agent.lab.awaitSSH(agent.host)
                order = .none
            }
        }
        if order != .none { _ = try await agent.next(after: .goOn) }
    }
}

/// What was struck, and where.
private actor Strikes {
    /// Phases as `install/k3s-master place`; the other records as `undoing install`.
    private(set) var struck: Set<String> = []
    private(set) var isOver = false
    private let otherRecords: Bool
    private var counts: [String: Int] = [:]

    init(otherRecords: Bool) { self.otherRecords = otherRecords }

    func end() { isOver = true }

    /// How often a host was struck that had the new binary in place.
    func count(on host: String) -> Int { counts[host] ?? 0 }

    /// Whether this record is to be struck: each once.
    func takes(_ record: AgentCore.Record, in state: AgentState, on host: String) -> Bool {
        guard !isOver, let point = point(of: record, in: state), struck.insert(point).inserted else { return false }
        if hasPlaced(state) { counts[host, default: 0] += 1 }
        return true
    }

    private func hasPlaced(_ state: AgentState) -> Bool {
        guard let current = state.current, current.step.kind == .install else {
            return state.outcomes.contains { $0.step.kind == .install && $0.result == .done }
        }
        return current.phase != .check && current.phase != .place
    }

    private func point(of record: AgentCore.Record, in state: AgentState) -> String? {
        switch record {
        case .stepStarted(_, _, let phase), .phaseEntered(let phase, _):
            return state.current.map { "\($0.step) \(phase.rawValue)" }
        case _ where !otherRecords: return nil
        case .promised: return "promised"
        case .released: return "released"
        case .planStored: return "plan-stored"
        case .undoing: return state.current.map { "undoing \($0.step.kind.rawValue)" }
        case .stepEnded(let outcome): return "\(outcome.step.kind.rawValue) \(outcome.result.rawValue)"
        case .held: return "held"
        case .heldEnded: return "held-ended"
        case .concluded: return "concluded"
        case .checkpoint: return "checkpoint"
        }
    }

    /// What has to have been struck in a whole upgrade of a SQLite server and its workers.
    func wanted(on hosts: [LabHost]) -> Set<String> {
        var points: Set<String> = []
        if otherRecords {
            points = ["promised", "plan-stored", "held", "held-ended", "concluded"]
            for kind in ["stage", "snapshot", "drain", "install", "uncordon"] {
                points.formUnion(["undoing \(kind)", "\(kind) abandoned", "\(kind) done"])
            }
        }
        for host in hosts {
            let isServer = host.role == .server
            var phases = ["stage": ["fetch", "save-kit"]]
            phases["install"] =
                ["check", "place", "installer", "restore-unit"] + (isServer ? ["cold-copy"] : [])
                + ["restart", "await"]
            if isServer {
                phases["snapshot"] = ["take-snapshot", "verify-snapshot"]
            } else {
                phases["drain"] = ["cordon", "evict"]
                phases["uncordon"] = ["await-node", "uncordon"]
            }
            for (kind, phases) in phases { points.formUnion(phases.map { "\(kind)/\(host.name) \($0)" }) }
        }
        return points
    }
}
