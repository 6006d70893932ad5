import AgentRuntime
import Testing

@Suite struct EnvironmentFileTests {
    @Test(arguments: [
        ("K3S_TOKEN='a b'\n", "a b"),
        ("K3S_TOKEN=\"a \\\"b\\\" \\$c \\d\"\n", "a \"b\" $c \\d"),
        ("K3S_TOKEN=plain  \n", "plain"),
        ("  K3S_TOKEN = spaced\n", "spaced"),
        ("# K3S_TOKEN=no\n; K3S_TOKEN=no\nK3S_TOKEN=yes", "yes"),
        ("K3S_TOKEN=first\nK3S_TOKEN=last\n", "last"),
        ("K3S_TOKEN=a\\\nb\n", "ab"),
        ("K3S_TOKEN='two\nlines'\n", "two\nlines"),
        ("not a variable\nK3S_TOKEN=x#y\n", "x#y"),
        ("K3S_TOKEN=\n", ""),
        ("K3S_TOKEN=back\\ slash\r\n", "back slash"),
    ])
    func readsAsSystemdDoes(text: String, value: String) {
        #expect(EnvironmentFile(parsing: text)["K3S_TOKEN"]?.revealed == value)
    }

    @Test func namesThatAreNoneAreSkipped() {
        #expect(EnvironmentFile(parsing: "1A=x\nB-C=y\nD=z\n").variables.map(\.name) == ["D"])
    }

    @Test(arguments: [
        "plain", "with 'single' and \"double\"", "back\\slash", "$HOME `id`", "", "ümläut", " edge ", "a=b#c;d",
        "\"\u{301}$\u{301}\\\u{301}`\u{301}",
    ])
    func whatIsWrittenReadsBack(value: String) throws {
        let text = try EnvironmentFile(["K3S_TOKEN": value, "OTHER": "x"]).text()
        let back = EnvironmentFile(parsing: text)
        #expect(back["K3S_TOKEN"]?.revealed == value)
        #expect(back["OTHER"]?.revealed == "x")
    }

    @Test func aLineBreakIsRefused() {
        #expect(throws: NodeError.self) { try EnvironmentFile(["A": "x\ny"]).text() }
    }
}
