import AgentRuntime
import Testing

@Suite struct SystemdTests {
    @Test func restartingNeverWaits() async throws {
        let scripted = ScriptedRunner { (_) in .printed("") }
        let systemd = Systemd(scripted.runner)
        try await systemd.restart("k3s.service")
        try await systemd.stop("k3s.service")
        try await systemd.start("k3s.service")
        try await systemd.reload()
        try await systemd.enable("k3s.service")
        #expect(
            scripted.commands.map(\.arguments) == [
                ["restart", "--no-block", "--", "k3s.service"], ["stop", "--no-block", "--", "k3s.service"],
                ["start", "--no-block", "--", "k3s.service"], ["daemon-reload"], ["enable", "--", "k3s.service"],
            ])
    }

    @Test func statusAsksForWhatItReads() async throws {
        let scripted = ScriptedRunner { (_) in .printed(UnitStatusTests.running) }
        let status = try await Systemd(scripted.runner).status("k3s.service")
        #expect(status.mainProcess == 1234)
        #expect(
            scripted.commands.first?.arguments == [
                "show", "--no-pager",
                "--property=LoadState,ActiveState,SubState,InvocationID,MainPID,Result,NRestarts,"
                    + "ExecMainStartTimestampMonotonic,UnitFileState,NeedDaemonReload", "--",
                "k3s.service",
            ])
    }

    @Test func forgettingStopsAndResetsAndLooksAgain() async throws {
        let absent = "LoadState=not-found\nActiveState=inactive\nSubState=dead\n"
        let failed = "LoadState=loaded\nActiveState=failed\nSubState=failed\nResult=exit-code\n"
        let scripted = ScriptedRunner { (command) in
            guard command.arguments.first == "show" else { return .printed("") }
            return .printed(failed)
        }
        let error = await #expect(throws: NodeError.self) {
            try await Systemd(scripted.runner).forget(transient: "k3s-upgrade-x.service")
        }
        #expect(error?.code == .systemdUnclear)
        #expect(scripted.commands.map { $0.arguments[0] } == ["show", "stop", "show", "reset-failed", "show"])
        let gone = ScriptedRunner { (_) in .printed(absent) }
        try await Systemd(gone.runner).forget(transient: "k3s-upgrade-x.service")
        #expect(gone.commands.count == 1)
    }
}
