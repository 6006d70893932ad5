import AgentRuntime
import Testing

@Suite struct UnitStatusTests {
    static let running = """
        MainPID=1234
        NRestarts=2
        Result=success
        ExecMainStartTimestampMonotonic=987654321
        ExecMainStatus=0
        LoadState=loaded
        ActiveState=active
        SubState=running
        UnitFileState=enabled
        InvocationID=0123456789abcdef0123456789abcdef
        """

    @Test func readsARunningUnit() throws {
        let status = try #require(UnitStatus(printed: Self.running))
        #expect(status.activeState == .active)
        #expect(status.subState == "running")
        #expect(status.mainProcess == 1234)
        #expect(status.restarts == 2)
        #expect(status.startedAt == 987_654_321)
        #expect(status.invocation == "0123456789abcdef0123456789abcdef")
        #expect(status.isEnabled)
        #expect(!status.needsReload)
        #expect(UnitStatus(printed: Self.running + "\nNeedDaemonReload=yes\n")?.needsReload == true)
    }

    @Test func aUnitThatIsNotThereHasNoInvocation() throws {
        let status = try #require(
            UnitStatus(
                printed: "MainPID=0\nLoadState=not-found\nActiveState=inactive\nSubState=dead\nInvocationID=\n"))
        #expect(!status.exists)
        #expect(status.invocation == nil)
        #expect(status.mainProcess == nil)
        #expect(!status.isEnabled)
    }

    @Test func nothingIsNoStatus() { #expect(UnitStatus(printed: "Failed to connect to bus\n") == nil) }
}
