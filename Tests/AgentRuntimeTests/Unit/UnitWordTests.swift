import AgentRuntime
import Testing

@Suite struct UnitWordTests {
    @Test(arguments: [
        ("a  b\tc", ["a", "b", "c"]),
        ("'a b' \"c d\" e'f g'h", ["a b", "c d", "ef gh"]),
        ("'say \"hi\"' \"it's\"", ["say \"hi\"", "it's"]),
        ("''", [""]),
        ("a\\x20b\\tc", ["a b\tc"]),
        ("100%% $$HOME", ["100%", "$HOME"]),
        ("", []),
    ])
    func splitsAsSystemdDoes(line: String, words: [String]) {
        #expect(UnitWord.split(line)?.map(\.value) == words)
    }

    @Test(arguments: ["'open", "\"open", "a\\q", "a\\", "\\x4"])
    func refusesWhatSystemdRefuses(line: String) {
        #expect(UnitWord.split(line) == nil)
    }

    @Test(arguments: ["--node-name=%H", "${NAME}", "$NAME", "50%"])
    func whatSystemdFillsInIsNotGuessed(word: String) {
        #expect(UnitWord.split(word)?.first?.value == nil)
        #expect(UnitWord.split(word)?.first?.literal == word)
    }
}
