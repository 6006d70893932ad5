import Dispatch
import Glibc
import Testing

@testable import AgentRuntime

@Suite struct AsideTests {
    /// Twice as many as there are processors stand still, and tasks go on all the same.
    @Test func whatBlocksKeepsNoTaskFromItsThread() async throws {
        let count = 2 * max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
        let begun = AsyncStream<Void>.makeStream()
        let gate = DispatchSemaphore(value: 0)
        let sum = try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<count {
                group.addTask {
                    try await Aside.run { () throws(NodeError) in
                        begun.continuation.yield()
                        gate.wait()
                        return number
                    }
                }
            }
            var running = 0
            for await _ in begun.stream {
                running += 1
                if running == count { break }
            }
            for _ in 0..<count { gate.signal() }
            return try await group.reduce(0, +)
        }
        #expect(sum == count * (count - 1) / 2)
    }

    @Test func itsErrorIsHandedOn() async {
        let error = await #expect(throws: NodeError.self) {
            try await Aside.run { () throws(NodeError) in throw NodeError(.cancelled, "no") }
        }
        #expect(error?.code == .cancelled)
    }
}
