import Testing

@testable import SSH

@Suite struct UntrustedTextTests {
    @Test(
        arguments: [
            ("plain", "plain"),
            ("a\u{1B}[2Jb", "a\u{FFFD}[2Jb"),
            ("a\u{9B}2Jb", "a\u{FFFD}2Jb"),
            ("a\u{202E}b\u{2066}c", "a\u{FFFD}b\u{FFFD}c"),
            ("zero\u{200B}width", "zero\u{FFFD}width"),
            ("two\r\nlines\tand tabs\n", "two  lines and tabs"),
            ("line\u{2028}separator", "line separator"),
            ("Grüße 你好", "Grüße 你好"),
            ("nul\0", "nul\u{FFFD}"),
        ])
    func leavesNothingThatSteersATerminal(raw: String, clean: String) {
        #expect(UntrustedText.cleaned(raw) == clean)
    }

    @Test func isBounded() {
        let text = UntrustedText.cleaned(String(repeating: "x", count: 10_000), limit: 100)
        #expect(text == String(repeating: "x", count: 100) + "…")
    }

    @Test func repairsBytes() {
        #expect(UntrustedText.cleaned(bytes: [0x61, 0xff, 0x62]) == "a\u{FFFD}b")
    }
}
