internal import Glibc

/// The processor time of all threads since it was made: what other programs on the machine take does not count.
struct Stopwatch {
    private let start = Self.now

    private static var now: Double {
        var time = timespec()
        guard clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time) == 0 else { return 0 }
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    func rate(of events: Int) -> Int { Int(Double(events) / max(Self.now - start, 1e-9)) }
}
