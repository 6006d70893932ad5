import Testing

@testable import SSH

@Suite struct KnownHostPatternTests {
    @Test(
        arguments: [
            ("node1", "node1", true),
            ("node1", "node2", false),
            ("NODE1", "node1", true),
            ("a,b,c", "b", true),
            ("*.example.org", "a.example.org", true),
            ("*.example.org", "example.org", false),
            ("node?", "node1", true),
            ("node?", "node", false),
            ("*", "anything", true),
            ("a*b*c", "axxbyyc", true),
            ("a*b*c", "axxbyy", false),
            ("[127.0.0.1]:2222", "[127.0.0.1]:2222", true),
            ("127.0.0.1", "[127.0.0.1]:2222", false),
            ("*.example.org,!bad.example.org", "bad.example.org", false),
            ("!bad.example.org,*.example.org", "bad.example.org", false),
            ("!bad.example.org", "good.example.org", false),
            ("", "x", false),
            ("x,\u{301}a", "x", true),
            ("*,!\u{301}a", "\u{301}a", false),
        ])
    func matches(list: String, name: String, expected: Bool) {
        #expect(KnownHostPattern.matches(list, name: name) == expected)
    }
}
