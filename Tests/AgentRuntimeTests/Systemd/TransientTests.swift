import AgentRuntime
import Processes
import SystemPackage
import Testing

@Suite struct TransientTests {
    private func state(_ active: String, _ sub: String) -> TransientState? {
        UnitStatus(printed: "LoadState=loaded\nActiveState=\(active)\nSubState=\(sub)\nResult=success\n")
            .map { TransientState($0) }
    }

    @Test func whatBecameOfItIsToldFromSystemdsWords() {
        #expect(state("active", "running") == .running)
        #expect(state("activating", "start") == .running)
        #expect(state("deactivating", "stop-sigterm") == .running)
        #expect(state("active", "exited") == .ended)
        #expect(state("failed", "failed") == .ended)
        #expect(state("inactive", "dead") == .absent)
    }

    @Test func theCommandNamesItAndBoundsIt() throws {
        let unit = try #require(
            TransientUnit(
                step: "install", program: "/bin/sh", arguments: ["/stage/install.sh", "a b"],
                environment: ["HOME": "/x"], environmentFile: "/run/k/install.env", output: "/run/k/install.log",
                limit: .seconds(120)))
        #expect(unit.name == "k3s-upgrade-install.service")
        #expect(unit.command.program == .named("systemd-run"))
        #expect(
            unit.command.arguments == [
                "--quiet", "--unit=k3s-upgrade-install.service", "--service-type=oneshot",
                "--property=TimeoutStartSec=120", "--property=TimeoutStopSec=10", "--property=UMask=0077",
                "--property=StandardInput=null",
                "--property=StandardOutput=file:/run/k/install.log", "--property=StandardError=file:/run/k/install.log",
                "--property=EnvironmentFile=/run/k/install.env", "--setenv=HOME=/x", "--setenv=LC_ALL=C",
                "--setenv=PATH=\(Command.path)", "--", "/bin/sh", "/stage/install.sh", "a b",
            ])
    }

    @Test(arguments: ["", "UPPER", "a b", "../x", "a.service", String(repeating: "a", count: 65)])
    func namesThatAreNoneAreRefused(step: String) {
        #expect(TransientUnit.name(step: step) == nil)
    }
}
