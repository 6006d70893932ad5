import AgentRuntime
import Testing
import Wire

@Suite struct ReleaseTests {
    @Test(arguments: [
        ("x86_64", Architecture.amd64, "k3s", "sha256sum-amd64.txt"),
        ("aarch64", .arm64, "k3s-arm64", "sha256sum-arm64.txt"), ("armv7l", .arm, "k3s-armhf", "sha256sum-arm.txt"),
    ])
    func machines(machine: String, architecture: Architecture, binary: String, list: String) {
        #expect(Architecture(machine: machine) == architecture)
        #expect(architecture.binaryName == binary)
        #expect(architecture.checksumListName == list)
    }

    @Test func machinesWithoutARelease() {
        #expect(Architecture(machine: "riscv64") == nil)
        #expect(throws: Never.self) { try Architecture.current() }
    }

    @Test func addressesWriteThePlusAsAnEscape() throws {
        let site = ReleaseSite(try #require(WebAddress("https://github.com/k3s-io/k3s/releases/")))
        let version = try #require(K3sVersion("v1.35.1+k3s1"))
        let base = "https://github.com/k3s-io/k3s/releases/download/v1.35.1%2Bk3s1/"
        #expect(site.binary(version, for: .arm64)?.text == base + "k3s-arm64")
        #expect(site.checksums(version, for: .amd64)?.text == base + "sha256sum-amd64.txt")
    }

    @Test(arguments: [
        "ftp://x/y", "https://", "https:///x", "https://user:pw@x/y", "https://x/?q=1", "https://x/#f", "https://x/a b",
        "https://x/../y", "-o/etc/passwd", "https://x/{a,b}", "file:///etc/shadow", "https://x/\u{202e}",
    ])
    func addressesThatAreNotPlainAreNone(text: String) {
        #expect(WebAddress(text) == nil)
    }
}
