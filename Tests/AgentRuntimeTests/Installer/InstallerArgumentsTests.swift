import AgentRuntime
import Processes
import SystemPackage
import Testing

@Suite struct InstallerArgumentsTests {
    /// What a shell makes of the text by the installer's two steps: a backslash before each special character, then
    /// an eval that splits into words.
    private func read(_ text: String) async throws -> [String] {
        let script = """
            marked=$(printf '%s' "$TEXT" | sed 's/[][!#$%&()*;<=>?\\\\_`{|}]/\\\\&/g')
            eval set -- $marked
            for word in "$@"; do printf '%s\\n' "$word"; done
            """
        let command = Command(
            .at("/bin/sh"), ["-f", "-c", script], environment: ["TEXT": text], deadline: .seconds(60))
        return try await CommandRunner.children().require(command).outputText
            .split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
    }

    @Test(arguments: [
        ["server"], ["agent", "--node-label", "note=a b"], ["server", "--kubelet-arg=fail-cgroupv1=false"],
        ["server", "it's", "say \"hi\"", "a\\b", "$HOME", "`id`", "$(id)", "a;b", "a|b&c", "*", "?", "[x]", "{a,b}"],
        ["server", "", "--flag", "~root", "a  b", "#x", "!y", "under_score", "100%", "(z)", "<q>", "ümläut"],
        ["server", "$\u{301}", "\"\u{301}", "'\u{301}", "a\u{301}", "\\\u{301}"],
        ["server", "--tls-san=10.0.0.1", "--datastore-endpoint=postgres://u:p@h:5432/k3s?sslmode=disable&x=y z"],
    ])
    func everyArgumentComesThroughTheInstallersShell(words: [String]) async throws {
        let text = try #require(InstallerArguments.text(words))
        #expect(try await read(text) == words)
    }

    @Test func aLineBreakCannotBeHandedOn() {
        #expect(InstallerArguments.text(["server", "a\nb"]) == nil)
    }
}
