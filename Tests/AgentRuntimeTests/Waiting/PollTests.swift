import AgentRuntime
import Testing

@Suite struct PollTests {
    @Test func looksUntilThereIsAnAnswer() async throws {
        var looks = 0
        let answer = try await Poll(every: .milliseconds(1), deadline: .seconds(60)).first {
            () throws(NodeError) -> Int? in
            looks += 1
            return looks == 3 ? looks : nil
        }
        #expect(answer == 3)
    }

    @Test func endsAtItsDeadlineAfterALastLook() async throws {
        var looks = 0
        let answer = try await Poll(every: .seconds(600), deadline: .milliseconds(5)).first {
            () throws(NodeError) -> Int? in
            looks += 1
            return nil
        }
        #expect(answer == nil)
        #expect(looks == 2)
    }
}
