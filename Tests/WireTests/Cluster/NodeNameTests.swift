import Testing

@testable import Wire

@Suite struct NodeNameTests {
    @Test(arguments: ["a", "k3s-master", "node1.example.org", "1", "a-b.c", String(repeating: "x", count: 253)])
    func isAName(_ text: String) { #expect(NodeName(text)?.text == text) }

    @Test(arguments: [
        "", "-a", "a-", ".a", "a.", "A", "a_b", "a b", "a/b", "../a", "a\n", "ä", "a\u{0}", "é",
        String(repeating: "x", count: 254), "--force", "$(reboot)",
    ])
    func isNoName(_ text: String) { #expect(NodeName(text) == nil) }

    @Test func aMessageWithABadNameIsRefused() throws {
        let line = Array(#"{"epoch":{"counter":1,"process":2},"node":"../etc"}"#.utf8)
        #expect(throws: FrameCodec.Malformed(reason: "node not a NodeName")) {
            try FrameCodec.decodeStrictly(GiveBack.self, from: line)
        }
    }
}
