/// The order of releases by their names, independent of the code that the lab tests.
enum ReleaseOrder {
    /// `v1.35.1-rc2+k3s1` as numbers that compare: 1, 35, 1, pre-release or not, its number, build.
    static func key(_ version: String) -> [Int]? {
        guard version.hasPrefix("v") else { return nil }
        let halves = version.dropFirst().split(separator: "+", omittingEmptySubsequences: false)
        guard halves.count == 2, halves[1].hasPrefix("k3s"), let build = Int(halves[1].dropFirst(3)) else { return nil }
        let parts = halves[0].split(separator: "-", maxSplits: 1)
        let numbers = parts[0].split(separator: ".").compactMap { Int($0) }
        guard numbers.count == 3 else { return nil }
        let stage = parts.count > 1 ? [0, Int(parts[1].filter(\.isNumber)) ?? 0] : [1, 0]
        return numbers + stage + [build]
    }

    static func isFinal(_ version: String) -> Bool { key(version).map { $0[3] == 1 } ?? false }

    static func precedes(_ left: String, _ right: String) -> Bool {
        (key(left) ?? []).lexicographicallyPrecedes(key(right) ?? [])
    }

    /// `v1.35`
    static func minor(_ version: String) -> String { version.split(separator: ".").prefix(2).joined(separator: ".") }
}
