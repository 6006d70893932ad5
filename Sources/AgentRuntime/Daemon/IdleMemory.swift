internal import Glibc
internal import SystemPackage

/// What an agent with nobody to talk to gives back: most of what is resident of it is its own program, of which hardly a
/// page is needed until the next upgrade.
enum IdleMemory {
    static func giveBack() {
        for range in programText() {
            // Clean pages of a file: the kernel reads them again when they are needed.
            madvise(UnsafeMutableRawPointer(bitPattern: range.lowerBound), range.count, MADV_DONTNEED)
        }
    }

    /// Where the program's own instructions lie, from /proc/self/maps (proc_pid_maps(5)): `START-END r-xp … PATH`.
    private static func programText() -> [Range<UInt>] {
        guard let bytes = try? PlainFile.open("/proc/self/maps").bytes(limit: 1 << 20) else { return [] }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").compactMap { range(ofText: $0) }
    }

    static func range(ofText line: some StringProtocol) -> Range<UInt>? {
        let fields = line.split(separator: " ", maxSplits: 5, omittingEmptySubsequences: true)
        guard fields.count == 6, fields[1] == "r-xp", fields[5].contains("/") else { return nil }
        let bounds = fields[0].split(separator: "-").compactMap { UInt($0, radix: 16) }
        return bounds.count == 2 && bounds[0] < bounds[1] ? bounds[0]..<bounds[1] : nil
    }
}
