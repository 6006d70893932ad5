/// What is to happen, in the order of its time; what falls on the same millisecond happens in the order in which it was
/// entered, so that a seed always gives the same history.
struct Agenda {
    struct Entry {
        let at: Int
        let number: Int
        let occurrence: Occurrence
    }

    private var heap: [Entry] = []
    private var entered = 0

    mutating func enter(_ occurrence: Occurrence, at time: Int) {
        entered += 1
        heap.append(Entry(at: time, number: entered, occurrence: occurrence))
        var child = heap.count - 1
        while child > 0, precedes(child, (child - 1) / 2) {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func next() -> Entry? {
        guard let first = heap.first else { return nil }
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var parent = 0
        while true {
            let left = 2 * parent + 1
            var least = parent
            if left < heap.count, precedes(left, least) { least = left }
            if left + 1 < heap.count, precedes(left + 1, least) { least = left + 1 }
            if least == parent { return first }
            heap.swapAt(parent, least)
            parent = least
        }
    }

    private func precedes(_ a: Int, _ b: Int) -> Bool {
        (heap[a].at, heap[a].number) < (heap[b].at, heap[b].number)
    }
}
