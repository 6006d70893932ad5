import Testing

@testable import SSH

@Suite struct TimerQueueTests {
    private let start = Deadline.after(.zero)

    private func at(_ seconds: Int) -> Deadline { Deadline(instant: start.instant + .seconds(seconds)) }

    @Test func givesDeadlinesByTime() {
        var queue = TimerQueue()
        for (id, seconds) in [5, 1, 4, 2, 3].enumerated() { queue.insert(UInt64(id), at: at(seconds)) }
        var order: [UInt64] = []
        while let id = queue.popDue(at: at(10)) { order.append(id) }
        #expect(order == [1, 3, 4, 2, 0])
        #expect(queue.next() == nil)
    }

    @Test func givesOnlyWhatIsDue() {
        var queue = TimerQueue()
        queue.insert(1, at: at(2))
        #expect(queue.popDue(at: at(1)) == nil)
        #expect(queue.popDue(at: at(2)) == 1)
        #expect(queue.popDue(at: at(3)) == nil)
    }

    @Test func forgetsTheRemoved() {
        var queue = TimerQueue()
        queue.insert(1, at: at(1))
        queue.insert(2, at: at(2))
        queue.remove(1)
        queue.remove(1)
        #expect(queue.count == 1)
        #expect(queue.next() == at(2))
        #expect(queue.popDue(at: at(5)) == 2)
    }

    /// A seeded mix of insertions and removals against a sorted list.
    @Test(arguments: [1, 2, 3] as [UInt64]) func agreesWithASortedList(seed: UInt64) {
        var state = seed
        func random(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        var queue = TimerQueue()
        var expected: [UInt64: Int] = [:]
        for id in 0..<2000 as Range<UInt64> {
            let seconds = random(500)
            queue.insert(id, at: at(seconds))
            expected[id] = seconds
            if random(3) > 0, let victim = expected.keys.min() {
                queue.remove(victim)
                expected[victim] = nil
            }
        }
        var previous = 0
        while let id = queue.popDue(at: at(1000)) {
            let seconds = expected.removeValue(forKey: id) ?? -1
            #expect(seconds >= previous)
            previous = seconds
        }
        #expect(expected.isEmpty)
    }
}
