import Testing

@testable import SSH

@Suite struct RemoteCommandTests {
    @Test(
        arguments: [
            (["k3s-upgrade-agent", "connect"], "k3s-upgrade-agent connect"),
            (["receive", "0aff", "70"], "receive 0aff 70"),
            (["echo", ""], "echo ''"),
            (["echo", "it's"], "echo 'it'\\''s'"),
            (["echo", "a b", "$HOME", "`id`", "a;b", "*"], "echo 'a b' '$HOME' '`id`' 'a;b' '*'"),
            (["A=b", "c"], "'A=b' c"),
            (["if", "if"], "'if' if"),
            (["~root/x"], "'~root/x'"),
            (["/bin/ls", "-l", "a_b.c", "x@y", "50%", "1,2", "a:b", "+x"], "/bin/ls -l a_b.c x@y 50% 1,2 a:b +x"),
            (["echo", "é\n"], "echo 'é\n'"),
        ] as [([String], String)])
    func quotesWhatAShellWouldTouch(arguments: [String], line: String) throws {
        #expect(try RemoteCommand(arguments).line == line)
    }

    @Test func keepsAShellLineAsItIs() throws {
        #expect(try RemoteCommand(shellLine: "echo $HOME | wc -c").line == "echo $HOME | wc -c")
    }

    @Test(arguments: [[], ["a\0b"]]) func refuses(arguments: [String]) {
        #expect(
            performing: { try RemoteCommand(arguments) }, throws: { ($0 as? SSHError)?.code == .configurationInvalid })
    }

    @Test func refusesNulInALine() {
        #expect(
            performing: { try RemoteCommand(shellLine: "a\0b") },
            throws: { ($0 as? SSHError)?.code == .configurationInvalid })
    }
}
