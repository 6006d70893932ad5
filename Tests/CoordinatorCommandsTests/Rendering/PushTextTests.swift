import CoordinatorCommands
import CoordinatorRuntime
import Testing
import Wire

@Suite struct PushTextTests {
    @Test func saysWhereAndHowFar() throws {
        let node = try #require(NodeName("k3s-worker-01"))
        let site = try #require(SiteAddress("https://r/k3s"))
        let version = try Samples.version("v1.35.1+k3s1")
        let lines: [(BinaryPush.Note, String)] = [
            (.fetching(version, .arm64, from: site), "fetching k3s v1.35.1+k3s1 for arm64 from https://r/k3s"),
            (.sending(node, sent: 0, of: 71_234_567), "k3s-worker-01: pushing, 0.0 of 71.2 MB"),
            (.present(node), "k3s-worker-01: has the release already"),
            (.kept(node, size: 71_234_567, seconds: 1.25), "k3s-worker-01: pushed 71.2 MB in 1.3s"),
        ]
        for (note, line) in lines { #expect(PushText.line(note) == line) }
    }
}
