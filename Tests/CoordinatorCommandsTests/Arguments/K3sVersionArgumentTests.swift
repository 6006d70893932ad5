import ArgumentParser
import CoordinatorCommands
import Testing
import Wire

@Suite struct K3sVersionArgumentTests {
    struct Command: ParsableCommand {
        @OptionGroup var target: TargetOption
    }

    @Test(arguments: ["v1.35.1+k3s1", "v1.36.0-rc2+k3s10"])
    func takes(text: String) throws {
        #expect(try Command.parse(["--to", text]).target.target == K3sVersion(text))
    }

    @Test(arguments: [
        ("1.35.1", "did you mean v1.35.1+k3s1?"), ("v1.35.1", "did you mean v1.35.1+k3s1?"),
        ("1.35.1+k3s2", "did you mean v1.35.1+k3s2?"), ("v1.35.1-k3s1", "did you mean v1.35.1+k3s1?"),
        ("stable", "is a channel"), ("latest", "is a channel"), ("v1.35", "is a whole minor"),
        ("1.35", "as in v1.35.1+k3s1"), ("", "is no K3s version"), ("v1.35.1+rke2r1", "is no K3s version"),
        ("v01.35.1+k3s1", "is no K3s version"), ("v1.35.1.1+k3s1", "is no K3s version"),
    ])
    func refusesWithAWayOut(text: String, hint: String) throws {
        let error = try #require(throws: (any Error).self) { try Command.parse(["--to", text]) }
        let message = Command.message(for: error)
        #expect(message.contains(hint), "\(message)")
        #expect(message.contains("coordinator status"))
        #expect(message.contains("--to"))
        #expect(ExitStatus(error, argumentParserCode: Command.exitCode(for: error)) == .usage)
    }

    @Test func quotesNothingThatCommandsATerminal() throws {
        let error = try #require(throws: VersionRefusal.self) { try K3sVersion.argument("v1\u{1B}[2J") }
        #expect(!error.description.unicodeScalars.contains("\u{1B}"))
    }
}
