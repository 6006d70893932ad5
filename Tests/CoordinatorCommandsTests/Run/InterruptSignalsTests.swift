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

    /// As under nohup: the terminal goes, and the run goes on.
    @Test func aHangUpThatIsIgnoredStaysSo() async {
        await #expect(processExitsWith: .exitCode(3)) {
            signal(SIGHUP, SIG_IGN)
            await InterruptSignals.counted({ _ in }) {
                kill(getpid(), SIGHUP)
                let before = signal(SIGHUP, SIG_IGN)
                exit(unsafeBitCast(before, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self) ? 3 : 4)
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
