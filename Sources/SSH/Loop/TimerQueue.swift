/// Deadlines by time: a binary heap in which removed entries stay until they are met or outnumber the live ones, so
/// that the many short waits of a long transfer cost nothing.
struct TimerQueue {
    private struct Entry {
        let deadline: Deadline
        let id: UInt64
    }

    private var heap: [Entry] = []
    private var live: Set<UInt64> = []

    /// How many entries wait.
    var count: Int { live.count }

    mutating func insert(_ id: UInt64, at deadline: Deadline) {
        live.insert(id)
        heap.append(Entry(deadline: deadline, id: id))
        siftUp(from: heap.count - 1)
    }

    mutating func remove(_ id: UInt64) {
        guard live.remove(id) != nil else { return }
        if heap.count > 64, heap.count > 2 * live.count { rebuild() }
    }

    /// The earliest live deadline.
    mutating func next() -> Deadline? {
        while let first = heap.first, !live.contains(first.id) { removeFirst() }
        return heap.first?.deadline
    }

    /// Takes out one entry whose deadline is not after `now`.
    mutating func popDue(at now: Deadline) -> UInt64? {
        guard let next = next(), next <= now else { return nil }
        let id = heap[0].id
        removeFirst()
        live.remove(id)
        return id
    }

    private mutating func removeFirst() {
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        siftDown(from: 0)
    }

    private mutating func rebuild() {
        heap.removeAll { !live.contains($0.id) }
        for index in heap.indices.reversed() { siftDown(from: index) }
    }

    private mutating func siftUp(from start: Int) {
        var child = start
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].deadline < heap[parent].deadline else { return }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    private mutating func siftDown(from start: Int) {
        var parent = start
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2]
            where child < heap.count && heap[child].deadline < heap[least].deadline {
                least = child
            }
            guard least != parent else { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}
