import Testing
import Wire

@Suite struct AgentReportTests {
    private let made: Samples

    init() throws { made = try Samples() }

    private func report(
        _ name: String, open: Bool = true, storedBy counter: UInt64?, outcomes: [StepOutcome] = []
    ) throws -> AgentReport {
        AgentReport(
            nonce: nil, promised: nil, holder: nil, holderSilent: nil,
            run: RunSummary(
                run: try #require(RunID(name)), planDigest: name, target: made.new, purpose: .upgrade, open: open,
                storedBy: counter.map { Epoch(counter: $0, process: 1) }),
            running: nil, outcomes: outcomes, held: [])
    }

    private func isLeftBehind(_ report: AgentReport, by others: AgentReport...) -> Bool {
        report.wasLeftBehind(among: [report] + others, servers: others)
    }

    @Test func whatCameLaterAndBeganLeavesARunBehind() throws {
        let kept = try report("a", storedBy: 3)
        #expect(isLeftBehind(kept, by: try report("b", open: false, storedBy: 4)))
        #expect(isLeftBehind(kept, by: try report("b", storedBy: 4, outcomes: [made.done])))
        #expect(!isLeftBehind(kept, by: try report("b", storedBy: 4)), "it began nothing")
        #expect(!isLeftBehind(kept, by: try report("b", open: false, storedBy: 2)), "it came before")
        #expect(!isLeftBehind(kept, by: try report("a", open: false, storedBy: 4)), "it is the same")
        #expect(!isLeftBehind(kept, by: try report("b", open: false, storedBy: nil)), "it does not say when it came")
        #expect(!isLeftBehind(try report("a", storedBy: nil), by: try report("b", open: false, storedBy: 4)))
        #expect(!isLeftBehind(try report("a", open: false, storedBy: 3), by: try report("b", open: false, storedBy: 4)))
    }

    /// A resume that stores it on one that had forgotten brings it to the front again.
    @Test func theLastOfItsStoresCounts() throws {
        let again = try report("a", storedBy: 5)
        #expect(!isLeftBehind(try report("a", storedBy: 3), by: try report("b", open: false, storedBy: 4), again))
    }

    /// A worker's word about another run is not enough.
    @Test func onlyServersAreBelieved() throws {
        let kept = try report("a", storedBy: 3)
        let worker = try report("b", open: false, storedBy: 4)
        #expect(!kept.wasLeftBehind(among: [kept, worker], servers: [kept]))
    }
}
