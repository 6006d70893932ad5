internal import Glibc

/// A moment for people, in UTC.
enum Moment {
    static func text(_ seconds: Int) -> String {
        var moment = time_t(seconds)
        var parts = tm()
        // Any number can come from a node; beyond some years there is no date.
        guard gmtime_r(&moment, &parts) != nil, parts.tm_year < 10_000 - 1900 else { return "an unknown time" }
        func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday)) "
            + "\(two(parts.tm_hour)):\(two(parts.tm_min)) UTC"
    }
}
