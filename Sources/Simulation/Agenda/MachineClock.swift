/// A machine's CLOCK_BOOTTIME: it never goes back, counts while the machine sleeps, and runs a little faster or slower
/// than the world.
struct MachineClock {
    /// What it shows at `since`, in milliseconds.
    private var base: Int
    private var since = 0
    /// Parts per million that it runs too fast.
    private var drift: Int

    init(showing base: Int, drift: Int) {
        self.base = base
        self.drift = drift
    }

    func reading(at now: Int) -> Int { base + (now - since) * (1_000_000 + drift) / 1_000_000 }

    /// When, in the world's time, it will show `reading`; at the earliest the next millisecond.
    func time(of reading: Int, at now: Int) -> Int {
        let ahead = reading - self.reading(at: now)
        guard ahead > 0 else { return now }
        return now + max(1, (ahead * 1_000_000 + 999_999 + drift) / (1_000_000 + drift))
    }

    mutating func set(drift: Int, at now: Int) {
        base = reading(at: now)
        since = now
        self.drift = drift
    }

    /// The machine slept: nothing ran, and its time went on.
    mutating func leap(_ milliseconds: Int) { base += milliseconds }
}
