import AgentRuntime
import Testing

@Suite struct ScrubberTests {
    @Test func takesOutEverySecretLongestFirst() {
        let scrubber = Scrubber([Secret("canary"), Secret("canary-longer"), Secret("ab")])
        #expect(scrubber.clean("x canary-longer y canary z ab") == "x (secret) y (secret) z ab")
    }

    @Test func leavesATextWithoutSecretsAlone() {
        #expect(Scrubber([Secret("canary-token")]).clean("nothing här") == "nothing här")
    }

    @Test func aSecretNeverPrints() {
        struct Holder { let token = Secret("canary-token") }
        var dumped = ""
        dump(Holder(), to: &dumped)
        #expect(!"\(Holder()) \(String(reflecting: Holder())) \(dumped)".contains("canary"))
        #expect(!"\(UnitWord("canary-token")) \(String(reflecting: [UnitWord("canary")]))".contains("canary"))
    }
}
