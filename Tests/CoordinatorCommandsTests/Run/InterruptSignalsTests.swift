import CoordinatorCommands
import Glibc
import Testing

@Suite struct InterruptSignalsTests {
    @Test func eachIsCountedWhileSomethingGoesOn() async {
        await #expect(processExitsWith: .exitCode(2)) {
            let (counts, told) = AsyncStream.makeStream(of: Int.self)
            await InterruptSignals.counted {
                told.yield($0)
            } during: {
                for number in [SIGINT, SIGHUP] {
                    kill(getpid(), number)
                    for await count in counts { if count == 2 { exit(2) } else { break } }
                }
            }
        }
    }

    /// The run has ended, and its report is being made, when the operator asks once more.
    @Test func lateOneIsALeavingLikeAnyOther() async {
        await #expect(processExitsWith: .exitCode(130)) {
            await InterruptSignals.counted({ _ in }, during: {})
            kill(getpid(), SIGTERM)
            try await Task.sleep(for: .seconds(60))
        }
    }
}
