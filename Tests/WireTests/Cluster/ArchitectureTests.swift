import Testing
import Wire

@Suite struct ArchitectureTests {
    @Test(arguments: [
        ("x86_64", Architecture.amd64), ("aarch64", .arm64), ("armv7l", .arm), ("armv6l", .arm), ("arm64", .arm64),
        ("s390x", .s390x),
    ])
    func ofAMachine(_ machine: String, _ architecture: Architecture) {
        #expect(Architecture(machine: machine) == architecture)
    }

    @Test(arguments: ["", "riscv64", "i686"]) func ofAnUnknownMachine(_ machine: String) {
        #expect(Architecture(machine: machine) == nil)
    }

    @Test func filesOfARelease() {
        #expect(Architecture.allCases.map(\.binaryName) == ["k3s", "k3s-arm64", "k3s-armhf", "k3s-s390x"])
        #expect(Architecture.arm.checksumListName == "sha256sum-arm.txt")
    }
}
