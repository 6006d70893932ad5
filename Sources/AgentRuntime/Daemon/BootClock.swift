internal import Glibc

/// CLOCK_BOOTTIME: it goes on while the machine sleeps, and nobody sets it.
enum BootClock {
    /// Milliseconds since boot.
    static func now() -> Int {
        var time = timespec()
        clock_gettime(CLOCK_BOOTTIME, &time)
        return time.tv_sec * 1_000 + time.tv_nsec / 1_000_000
    }
}

enum WallClock {
    /// Seconds since 1970: for people, and to order what lies on one node's disk.
    static func now() -> Int64 { Int64(time(nil)) }
}
