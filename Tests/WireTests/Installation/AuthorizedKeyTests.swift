import Testing
import Wire

@Suite struct AuthorizedKeyTests {
    static let body = "AAAAC3NzaC1lZDI1NTE5AAAAIKfYzqkTqkq0nJkqk0g5VZ0w3m1Qe2sVw8mJ3v0Zt9aB"

    @Test func readsOpenSSHsLine() throws {
        let key = try #require(AuthorizedKey("ssh-ed25519 \(Self.body) ops@laptop of home\n"))
        #expect(key.algorithm == "ssh-ed25519")
        #expect(key.body == Self.body)
        #expect(key.comment == "ops@laptop of home")
        #expect(key.description == "ssh-ed25519 \(Self.body) ops@laptop of home")
        #expect(AuthorizedKey("ssh-ed25519 \(Self.body)")?.isSame(as: key) == true)
    }

    @Test(arguments: [
        "", "ssh-ed25519", "ssh-dss \(body)", "ssh-ed25519 short", "command=\"x\" ssh-ed25519 \(body)",
        "ssh-ed25519 \(body)\nssh-ed25519 \(body)", "ssh-ed25519 \(body) a\rb", "ssh-ed25519 \(body) \u{1B}[2J",
        "ssh-ed25519 \(body)\n\n", "ssh-ed25519 \(body.dropLast())\"", "ssh-ed25519 \(body.dropLast(3))===",
        "ssh-ed25519\t\(body)",
    ])
    func refuses(line: String) { #expect(AuthorizedKey(line) == nil) }

    @Test func documentsSurviveTheWire() throws {
        let key = try #require(AuthorizedKey("ssh-ed25519 \(Self.body) me"))
        let document = InstallDocument(
            key: key, policy: NodePolicy(releases: "https://a/releases", installer: "https://b"), replacePolicy: true)
        let line = try FrameCodec.encode(document)
        #expect(
            String(decoding: line, as: UTF8.self) == """
                {"key":"ssh-ed25519 \(Self.body) me","onlyThisKey":false,"policy":{"acceptsPushedArtifacts":false,\
                "installer":"https://b","probesMayExec":false,"releases":"https://a/releases"},"replacePolicy":true}

                """)
        #expect(try FrameCodec.decodeStrictly(InstallDocument.self, from: line) == document)
    }
}
