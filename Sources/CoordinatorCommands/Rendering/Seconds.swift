/// Times for people, from milliseconds: `0.4s`, `12.3s`, `4m05s`, `1h02m`.
package enum Seconds {
    package static func text(_ milliseconds: Int) -> String {
        let milliseconds = max(0, milliseconds)
        let seconds = milliseconds / 1000
        if seconds < 100 { return tenths(milliseconds) }
        if seconds < 3600 { return "\(seconds / 60)m\(padded(seconds % 60))s" }
        return "\(seconds / 3600)h\(padded(seconds / 60 % 60))m"
    }

    /// With one digit behind the point, rounded to the nearest.
    package static func tenths(_ milliseconds: Int) -> String {
        // Any number can come from a node; the largest of all leaves no room for rounding.
        let tenths = (min(max(0, milliseconds), .max - 50) + 50) / 100
        return "\(tenths / 10).\(tenths % 10)s"
    }

    private static func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
