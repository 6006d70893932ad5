import Testing
import Wire

@Suite struct EpochTests {
    @Test func theCounterGoesBeforeTheProcess() {
        let order = [(1, 9), (2, 0), (2, 1), (3, 0)].map { Epoch(counter: $0.0, process: $0.1) }
        for (index, epoch) in order.enumerated() {
            #expect(order.filter { $0 < epoch } == Array(order[..<index]))
        }
    }

    @Test func isShownInShort() { #expect(Epoch(counter: 12, process: 0xAB).description == "12.ab") }
}
