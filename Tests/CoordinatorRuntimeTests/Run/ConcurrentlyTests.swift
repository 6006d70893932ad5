import CoordinatorRuntime
import Synchronization
import Testing

@Suite struct ConcurrentlyTests {
    private final class Gauge: Sendable {
        private let state = Mutex((now: 0, most: 0))

        func enter() {
            state.withLock { state in
                state.now += 1
                state.most = max(state.most, state.now)
            }
        }

        func leave() { state.withLock { $0.now -= 1 } }

        var most: Int { state.withLock { $0.most } }
    }

    @Test(arguments: [1, 3, 100])
    func neverMoreAtATimeAndAllInOrder(limit: Int) async throws {
        let gauge = Gauge()
        let results = await concurrently(Array(0..<20), atMost: limit) { item throws(CoordinatorError) in
            gauge.enter()
            for _ in 0..<(20 - item) { await Task.yield() }
            gauge.leave()
            return item * 2
        }
        #expect(results.map(\.0) == Array(0..<20))
        #expect(try results.map { try $0.1.get() } == (0..<20).map { $0 * 2 })
        #expect(gauge.most <= limit)
    }
}
