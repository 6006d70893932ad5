import Testing
import Wire

@Suite struct StepFactsTests {
    @Test func theNewerKnowsBetterAndForgetsNothing() throws {
        var facts = try Samples().facts
        var newer = StepFacts()
        newer.outage = 3_000
        newer.cordonIsOurs = false
        newer.notes = ["later"]
        let before = facts
        facts.merge(newer)
        #expect(facts.outage == 3_000)
        #expect(facts.cordonIsOurs == false)
        #expect(facts.notes == before.notes + ["later"])
        #expect(facts.snapshot == before.snapshot)
        #expect(facts.invocationBefore == before.invocationBefore)
        #expect(facts.installedSHA256 == before.installedSHA256)
        newer.definitionIsOperators = true
        facts.merge(newer)
        facts.merge(StepFacts())
        #expect(facts.definitionIsOperators == true)
    }
}
