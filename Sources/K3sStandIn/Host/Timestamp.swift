internal import Glibc

/// A point of wall-clock time, with the two forms Kubernetes writes it in.
struct Timestamp: Comparable {
    /// Since 1970, in microseconds.
    let microseconds: Int

    static var now: Timestamp {
        let (seconds, nanoseconds) = read(CLOCK_REALTIME)
        return Timestamp(microseconds: seconds * 1_000_000 + nanoseconds / 1000)
    }

    /// Milliseconds since boot, suspended time included.
    static var boottimeMilliseconds: Int {
        let (seconds, nanoseconds) = read(CLOCK_BOOTTIME)
        return seconds * 1000 + nanoseconds / 1_000_000
    }

    /// A `timespec` is two words; its fields belong to different modules in static and dynamic builds, so that neither
    /// can be named.
    private static func read(_ clock: clockid_t) -> (seconds: Int, nanoseconds: Int) {
        var words = [0, 0]
        words.withUnsafeMutableBytes { bytes in
            if let time = bytes.bindMemory(to: timespec.self).baseAddress { clock_gettime(clock, time) }
        }
        return (words[0], words[1])
    }

    static func < (left: Timestamp, right: Timestamp) -> Bool { left.microseconds < right.microseconds }

    var milliseconds: Int { microseconds / 1000 }
    var seconds: Int { microseconds / 1_000_000 }

    /// `2026-02-03T04:05:06Z`, Kubernetes' Time.
    var time: String { digits + "Z" }

    /// `2026-02-03T04:05:06.000007Z`, Kubernetes' MicroTime.
    var microTime: String { digits + "." + String(microseconds % 1_000_000).padded(to: 6) + "Z" }

    private var digits: String {
        var seconds = time_t(self.seconds)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        let date = [Int(parts.tm_year) + 1900, Int(parts.tm_mon) + 1, Int(parts.tm_mday)]
        let clock = [parts.tm_hour, parts.tm_min, parts.tm_sec]
        return date.map { String($0).padded(to: 2) }.joined(separator: "-") + "T"
            + clock.map { String($0).padded(to: 2) }.joined(separator: ":")
    }

    /// Reads either form; nil for anything else.
    init?(_ text: String) {
        guard text.hasSuffix("Z") else { return nil }
        let numbers = text.dropLast().split(omittingEmptySubsequences: false) { "-T:.".contains($0) }
        guard (6...7).contains(numbers.count) else { return nil }
        let values = numbers.prefix(6).compactMap { Int32($0) }
        guard values.count == 6, values[0] >= 1970 else { return nil }
        var parts = tm()
        (parts.tm_year, parts.tm_mon, parts.tm_mday) = (values[0] - 1900, values[1] - 1, values[2])
        (parts.tm_hour, parts.tm_min, parts.tm_sec) = (values[3], values[4], values[5])
        var fraction = 0
        if numbers.count == 7 {
            let digits = numbers[6].prefix(6)
            guard let value = Int(digits), value >= 0 else { return nil }
            fraction = (digits.count..<6).reduce(value) { value, _ in value * 10 }
        }
        microseconds = timegm(&parts) * 1_000_000 + fraction
    }

    init(microseconds: Int) { self.microseconds = microseconds }
}

extension String {
    func padded(to width: Int) -> String { String(repeating: "0", count: max(0, width - count)) + self }
}

/// How long ago `time` was, as kubectl prints ages: `7s`, `3m12s`, `5h`, `2d`.
func age(since time: String?) -> String {
    guard let start = time.flatMap({ Timestamp($0) }) else { return "<unknown>" }
    let seconds = max(0, Timestamp.now.seconds - start.seconds)
    switch seconds {
    case ..<120: return "\(seconds)s"
    case ..<600: return seconds % 60 == 0 ? "\(seconds / 60)m" : "\(seconds / 60)m\(seconds % 60)s"
    case ..<10_800: return "\(seconds / 60)m"
    case ..<172_800: return "\(seconds / 3600)h"
    default: return "\(seconds / 86400)d"
    }
}
