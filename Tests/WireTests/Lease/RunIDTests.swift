import Testing
import Wire

@Suite struct RunIDTests {
    @Test(arguments: ["a", "20260101-120000-ab12", "Run.1", String(repeating: "x", count: 64)])
    func isAnID(_ text: String) { #expect(RunID(text)?.text == text) }

    @Test(arguments: [
        "", ".", "..", ".hidden", "-x", "a/b", "a b", "a_b", "a\n", "é", String(repeating: "x", count: 65),
    ])
    func isNoID(_ text: String) { #expect(RunID(text) == nil) }
}
