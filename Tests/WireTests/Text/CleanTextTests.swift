import Testing
import Wire

@Suite struct CleanTextTests {
    @Test(arguments: [
        ("plain words, äöü, 漢字 🙂", "plain words, äöü, 漢字 🙂"),
        ("a\nb\tc\rd", "a b c d"),
        ("\u{1B}[31mred\u{1B}[0m", "�[31mred�[0m"),
        ("\u{1B}]0;title\u{7}", "�]0;title�"),
        ("\u{0}\u{8}\u{7F}", "���"),
        ("\u{80}\u{9B}2J\u{9F}", "��2J�"),
        ("abc\u{202E}txt.exe\u{2066}\u{2069}\u{200F}\u{61C}", "abc�txt.exe����"),
        ("zero\u{200B}width\u{FEFF}\u{AD}", "zero�width��"),
        ("line\u{2028}para\u{2029}", "line�para�"),
        ("tag\u{E0041}private\u{E000}", "tag�private�"),
        ("filler\u{3164}\u{115F}\u{FFA0}", "filler���"),
        ("", ""),
    ])
    func nothingThatCommandsOrMisleadsIsLeft(_ text: String, _ clean: String) {
        #expect(text.cleaned(limit: 100) == clean)
    }

    @Test(arguments: [(0, "…"), (1, "a…"), (3, "abc…"), (4, "abcd"), (9, "abcd")])
    func whatIsTooLongIsCut(_ limit: Int, _ clean: String) { #expect("abcd".cleaned(limit: limit) == clean) }

    @Test func aCharacterOfManyScalarsCannotGetAroundTheLimit() {
        let tower = "a" + String(repeating: "\u{301}", count: 10_000)
        #expect(tower.cleaned(limit: 50).unicodeScalars.count == 51)
    }
}
