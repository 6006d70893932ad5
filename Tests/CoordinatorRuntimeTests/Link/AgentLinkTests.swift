import Testing
import Wire

@testable import CoordinatorRuntime

@Suite struct AgentLinkTests {
    /// As a refusal it ends the run that asked; as an error of the link it would be waited for in silence.
    @Test func whatIsTooLargeToSendIsRefused() throws {
        let epoch = Epoch(counter: 1, process: 1)
        func plan(_ size: Int) -> Request {
            .storePlan(StorePlan(epoch: epoch, text: String(repeating: "x", count: size), supersede: false))
        }
        #expect(try AgentLink.line(1, plan(1000)).last == UInt8(ascii: "\n"))
        let refusal = #expect(throws: Refusal.self) { try AgentLink.line(1, plan(FrameCodec.limit)) }
        #expect(refusal?.code == .malformed && refusal?.message.contains("store-plan cannot be sent") == true)
    }
}
