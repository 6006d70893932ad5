import Testing

@testable import AgentRuntime

@Suite struct IdleMemoryTests {
    @Test func findsTheProgramsInstructions() {
        let line = "00400000-0103d000 r-xp 00001000 08:01 131 /usr/local/bin/k3s-upgrade-agent"
        #expect(IdleMemory.range(ofText: line) == 0x400000..<0x103d000)
    }

    @Test(arguments: [
        "0103d000-01060000 rw-p 00c00000 08:01 131 /usr/local/bin/k3s-upgrade-agent",
        "7ffd1000-7ffd3000 r-xp 00000000 00:00 0 [vdso]", "7f0000000000-7f0000021000 rw-p 00000000 00:00 0", "",
        "2-1 r-xp 0 0 0 /x", "x-y r-xp 0 0 0 /x",
    ])
    func leavesEverythingElse(line: String) { #expect(IdleMemory.range(ofText: line) == nil) }

    /// It goes on running from pages that are read again.
    @Test func theProgramGoesOn() {
        IdleMemory.giveBack()
        #expect("\([3, 1, 2].sorted())" == "[1, 2, 3]")
    }
}
