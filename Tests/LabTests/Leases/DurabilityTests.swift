import AgentCore
import LabSupport
import Testing
import Wire

/// What an agent says is on its disk when it says it: told by the kernel, for a whole upgrade.
@Suite struct DurabilityTests {
    @Test func whatIsSaidWasFlushedBefore() async throws {
        try await UpgradeScene.with(LabClusterConfiguration(workers: 1)) { scene in
            for host in scene.lab.hosts { try await SystemCallTrace.begin(on: host.name, in: scene.lab) }
            try await scene.expectUpgraded(scene.upgrade())
            for host in scene.lab.hosts {
                let trace = try await SystemCallTrace.read(on: host.name, in: scene.lab)
                let journal = try await AgentJournal(of: host.name, in: scene.lab)
                #expect(
                    trace.appends.map(\.call) == journal.sizes.map { .append($0) }, "\(host.name): a write a record")
                let told = try Self.check(trace, against: journal, host.name)
                #expect(told >= 20, "\(host.name) said only \(told) things that rest on records")
                Self.expectDurableNames(trace, host)
            }
        }
    }

    /// Holds every answer and event against the records that had been flushed when it was sent.
    ///
    /// - Returns: how many said something.
    private static func check(_ trace: SystemCallTrace, against journal: AgentJournal, _ host: String) throws -> Int {
        var told = 0
        for entry in trace.entries {
            guard case .say(let line) = entry.call, line.hasPrefix("{\"answer\"") || line.hasPrefix("{\"event\"") else {
                continue
            }
            let said = try FrameCodec.decode(Said.self, from: Array(line.utf8))
            let flushed = trace.flushed(before: entry.began)
            guard let isTold = Telling(said) else { continue }
            told += 1
            let isDurable = journal.states.prefix(flushed + 1).contains(where: isTold.rests)
            #expect(isDurable, "\(host): said when \(flushed) records were flushed: \(line.prefix(400))")
        }
        return told
    }

    private static func expectDurableNames(_ trace: SystemCallTrace, _ host: LabHost) {
        #expect(trace.hastyNames().isEmpty, "\(host.name): \(trace.hastyNames())")
        let names = trace.entries.compactMap { $0.call.newName }
        let folder = "/var/lib/k3s-upgrade-agent"
        #expect(names.contains { $0.hasPrefix("\(folder)/kits/") && !$0.dropFirst(folder.count + 6).contains("/") })
        #expect(names.contains("\(folder)/journal"))
        #expect(names.contains("\(folder)/promise"))
        #expect(names.contains("/usr/local/bin/k3s"))
        #expect(names.contains { $0.hasPrefix("\(folder)/kits/") && $0.hasSuffix("/manifest.json") })
        if host.role == .server {
            #expect(names.contains { $0.hasPrefix("\(folder)/snapshots/") && $0.hasSuffix("/manifest.json") })
        }
    }
}

/// What an answer or an event tells of an agent's durable state.
private enum Telling {
    case report(AgentReport)
    case progress(Progress)
    case finished(StepOutcome)

    init?(_ said: Said) {
        switch said {
        case .answer(_, .report(let report)): self = .report(report)
        case .event(.progress(let progress)): self = .progress(progress)
        case .event(.finished(let outcome)): self = .finished(outcome)
        case .answer: return nil
        }
    }

    /// Whether it is just what this state, or more than what it needs, makes true.
    func rests(on state: AgentState) -> Bool {
        switch self {
        case .report(let report):
            report.promised == state.promised && report.holder == state.holder
                && report.run?.planDigest == state.stored?.digest && report.run?.open == state.stored?.open
                && report.running?.step == state.current?.step && report.running?.epoch == state.current?.epoch
                && report.running?.phase == state.current?.phase && report.outcomes == state.outcomes
                && report.held == state.held
        case .progress(let progress):
            state.current?.step == progress.step && state.current?.epoch == progress.epoch
                && state.current?.phase == progress.phase
        case .finished(let outcome): state.outcomes.contains(outcome)
        }
    }
}
