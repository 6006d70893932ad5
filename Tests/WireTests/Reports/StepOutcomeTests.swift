import Testing
import Wire

@Suite struct StepOutcomeTests {
    @Test(arguments: [([], 0), ([90, 12], 102), ([.max, 1], .max), ([-5, 7], 7), ([.min, .max], .max)])
    func phasesAddUpWhateverTheirNumbers(milliseconds: [Int], sum: Int) throws {
        let node = try #require(NodeName("a"))
        let outcome = StepOutcome(
            step: StepID(kind: .stage, node: node), epoch: Epoch(counter: 1, process: 1), attempt: 1, result: .done,
            phases: milliseconds.map { PhaseTiming(phase: .fetch, milliseconds: $0) })
        #expect(outcome.milliseconds == sum)
    }
}
