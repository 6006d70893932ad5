import AgentRuntime
import Testing

@Suite struct ConfigFileTests {
    private func value(_ text: String) -> ConfigFile.Value? {
        ConfigFile(text).entries.first { $0.key == "k" }?.value
    }

    @Test(arguments: [
        ("k: v", "v"), ("k: \"v w\"", "v w"), ("k: 'v: w'", "v: w"), ("k: v # note", "v"), ("k: a#b", "a#b"),
        ("---\nk: 644", "644"), ("\"k\": v", "v"), ("k: https://h:6443", "https://h:6443"), ("k:   true\r\n", "true"),
        ("other: x\n\n# k: no\nk: yes", "yes"), ("k: 'it # is'", "it # is"),
    ])
    func plainTexts(text: String, expected: String) {
        #expect(value(text) == .text(Secret(expected)))
    }

    @Test(arguments: [
        ("k:\n  - a\n  - \"b c\"\n", ["a", "b c"]), ("k:\n- a\n- b=c\nother: x", ["a", "b=c"]),
        ("k: [a, b]", ["a", "b"]),
        ("k:", []), ("k:\n  # note\n  - a # note\n", ["a"]),
    ])
    func flatLists(text: String, expected: [String]) {
        #expect(value(text) == .list(expected.map(Secret.init)))
    }

    @Test(arguments: [
        "k: |\n  block", "k: >\n  folded", "k: &anchor v", "k: *alias", "k: {a: b}", "k:\n  a: b", "k: !!str v",
        "k: \"esc\\n\"", "k: [\"a, b\", c]", "k: first\n  second", "k: ~", "k:\n  - a: b", "k:\n  - - a", "k: [a, [b]]",
    ])
    func everythingElseCannotBeTold(text: String) {
        guard case .unclear = value(text) else {
            Issue.record("\(text) was taken for something")
            return
        }
    }

    @Test func anUnclearKeyDoesNotHideTheOthers() {
        let file = ConfigFile("a: |\n  block\n  more\nk: v\n")
        #expect(file.entries.map(\.key) == ["a", "k"])
        #expect(file.entries.last?.value == .text(Secret("v")))
    }

    @Test func anAppendingKeySaysSo() {
        let entry = ConfigFile("k+:\n  - a\n").entries.first
        #expect(entry?.key == "k")
        #expect(entry?.appends == true)
    }
}
