import AgentCore
import Testing
import Wire

@Suite struct HoldJudgementTests {
    /// What a look shows, and what is decided by it.
    struct Sight: Sendable {
        let ready: Bool
        let isTarget: Bool
        let heartbeat: String?
        var age = 0
        let verdict: HoldJudgement.Verdict
    }

    static let limit = 100_000

    static let stories: [(String, [Sight])] = [
        (
            "a kubelet that stopped shows Ready and renews nothing",
            (0..<9).map { _ in Sight(ready: true, isTarget: false, heartbeat: "1", verdict: .keep) }
        ),
        (
            "the new version alone is not enough",
            (0..<9).map { _ in Sight(ready: true, isTarget: true, heartbeat: "1", verdict: .keep) }
        ),
        (
            "two renewals while we look",
            [
                Sight(ready: true, isTarget: true, heartbeat: "1", verdict: .keep),
                Sight(ready: true, isTarget: true, heartbeat: "2", verdict: .keep),
                Sight(ready: true, isTarget: true, heartbeat: "3", verdict: .giveBack),
            ]
        ),
        (
            "not Ready is kept, whatever else",
            ["1", "2", "3", "4"].map { Sight(ready: false, isTarget: true, heartbeat: $0, age: limit, verdict: .keep) }
        ),
        (
            "no Lease says nothing",
            (0..<5).map { _ in Sight(ready: true, isTarget: true, heartbeat: nil, age: limit, verdict: .keep) }
        ),
        (
            "after the limit any version, if it beats",
            [
                Sight(ready: true, isTarget: false, heartbeat: "1", age: limit - 2, verdict: .keep),
                Sight(ready: true, isTarget: false, heartbeat: "2", age: limit - 1, verdict: .keep),
                Sight(ready: true, isTarget: false, heartbeat: "3", age: limit - 1, verdict: .keep),
                Sight(ready: true, isTarget: false, heartbeat: "3", age: limit, verdict: .giveBack),
            ]
        ),
        (
            "after the limit not without renewals",
            (0..<5).map { _ in Sight(ready: true, isTarget: false, heartbeat: "1", age: limit * 2, verdict: .keep) }
        ),
    ]

    /// Another server's agent has drained the node again, for whoever leads the run now.
    @Test func aCordonOfALaterEpochIsAnothersToTakeOff() throws {
        let made = try Made()
        let hold = HeldDrain(
            node: made.worker, run: made.run, epoch: made.epoch, target: made.new, limit: Self.limit)
        for (run, epoch, ended) in [
            (made.run, made.later, true), (made.run, made.epoch, false),
            (try #require(RunID("other")), made.epoch, true),
        ] {
            var judgement = HoldJudgement()
            let look = HeldLook(
                mark: CordonMark(run: run, epoch: epoch), ready: true, version: made.new, heartbeat: "1")
            #expect((judgement.judge(look, of: hold, age: 0) == .ended) == ended)
        }
    }

    @Test(arguments: stories) func judges(_ name: String, _ sights: [Sight]) throws {
        let made = try Made()
        let hold = HeldDrain(
            node: made.worker, run: made.run, epoch: made.epoch, target: made.new, limit: Self.limit)
        var judgement = HoldJudgement()
        for (index, sight) in sights.enumerated() {
            let look = HeldLook(
                mark: CordonMark(run: made.run, epoch: made.epoch), ready: sight.ready,
                version: sight.isTarget ? made.new : made.old, heartbeat: sight.heartbeat)
            #expect(judgement.judge(look, of: hold, age: sight.age) == sight.verdict, "look \(index)")
        }
    }
}
