/// What is to happen, in the order of its time; what falls on the same millisecond happens in the order in which it was
/// entered, so that a seed always gives the same history.
struct Agenda {
    /// Time and number in one word, so that an order is one comparison; what happens lies apart and is never moved.
    private struct Entry {
        let key: UInt64
        let slot: Int
    }

    private var heap: [Entry] = []
    private var slots: [Occurrence?] = []
    private var free: [Int] = []
    private var entered: UInt64 = 0

    /// - Parameter time: in milliseconds of the world's time, below 2³².
    mutating func enter(_ occurrence: Occurrence, at time: Int) {
        entered += 1
        let slot: Int
        if let reused = free.popLast() {
            slots[reused] = occurrence
            slot = reused
        } else {
            slot = slots.count
            slots.append(occurrence)
        }
        heap.append(Entry(key: UInt64(time) << 32 | entered & 0xFFFF_FFFF, slot: slot))
        var child = heap.count - 1
        let entry = heap[child]
        while child > 0 {
            let parent = (child - 1) / 2
            if heap[parent].key <= entry.key { break }
            heap[child] = heap[parent]
            child = parent
        }
        heap[child] = entry
    }

    mutating func next() -> (at: Int, occurrence: Occurrence)? {
        guard let first = heap.first, let occurrence = slots[first.slot] else { return nil }
        slots[first.slot] = nil
        free.append(first.slot)
        let last = heap.removeLast()
        if !heap.isEmpty { sink(last) }
        return (Int(first.key >> 32), occurrence)
    }

    private mutating func sink(_ entry: Entry) {
        var parent = 0
        while true {
            var child = 2 * parent + 1
            guard child < heap.count else { break }
            if child + 1 < heap.count, heap[child + 1].key < heap[child].key { child += 1 }
            if entry.key <= heap[child].key { break }
            heap[parent] = heap[child]
            parent = child
        }
        heap[parent] = entry
    }
}
