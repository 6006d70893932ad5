import Testing

@testable import SSH

@Suite struct BoundedTailTests {
    @Test func keepsTheEnd() {
        var tail = BoundedTail(limit: 4)
        #expect(tail.isEmpty && tail.dropped == 0)
        tail.append([1, 2, 3])
        #expect(tail.bytes == [1, 2, 3] && tail.dropped == 0)
        tail.append([4, 5, 6])
        #expect(tail.bytes == [3, 4, 5, 6] && tail.dropped == 2)
        tail.append(Array(0..<100))
        #expect(tail.bytes == [96, 97, 98, 99] && tail.dropped == 102)
    }
}
