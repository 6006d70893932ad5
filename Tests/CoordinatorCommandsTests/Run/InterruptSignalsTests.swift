import CoordinatorCommands
import Glibc
import Testing

@Suite struct InterruptSignalsTests {
    /// The run has ended, and its report is being made, when the operator asks once more.
    @Test func lateSignalIsALeavingLikeAnyOther() async {
        await #expect(processExitsWith: .exitCode(130)) {
            InterruptSignals { _ in }.stop()
            kill(getpid(), SIGTERM)
            try await Task.sleep(for: .seconds(60))
        }
    }
}
