import Testing

@testable import K3sStandIn

@Suite struct ReleaseTests {
    @Test func everyVersionHasAProgramOfItsOwn() {
        let program = Array("ELF…".utf8)
        let old = Release.program(program, withVersion: "v1.34.3+k3s1", padding: 0)
        let new = Release.program(old, withVersion: "v1.35.1+k3s1", padding: 10)
        #expect(Release.version(inTail: old) == "v1.34.3+k3s1")
        #expect(Release.version(inTail: new) == "v1.35.1+k3s1")
        #expect(new.starts(with: program))
        #expect(new.count == old.count + 10)
        #expect(Release.version(inTail: program) == nil)
    }

    @Test func banner() {
        let lines = Release(version: "v1.35.1+k3s1").banner.split(separator: "\n")
        #expect(lines.count == 2)
        #expect(lines[0].wholeMatch(of: /k3s version v1\.35\.1\+k3s1 \([0-9a-f]{8}\)/) != nil)
        #expect(lines[1] == "go version go1.24.5")
    }
}

@Suite struct TimestampTests {
    @Test(arguments: [
        ("2026-02-03T04:05:06Z", 1_770_091_506_000_000), ("2026-02-03T04:05:06.000007Z", 1_770_091_506_000_007),
        ("1970-01-01T00:00:00.5Z", 500_000),
    ])
    func reads(text: String, microseconds: Int) { #expect(Timestamp(text)?.microseconds == microseconds) }

    @Test func writes() {
        let time = Timestamp(microseconds: 1_770_091_506_000_007)
        #expect(time.time == "2026-02-03T04:05:06Z")
        #expect(time.microTime == "2026-02-03T04:05:06.000007Z")
    }

    @Test(arguments: ["", "yesterday", "2026-02-03", "2026-02-03T04:05:06"])
    func refuses(text: String) { #expect(Timestamp(text) == nil) }
}
