internal import Glibc
package import SystemPackage

/// A file's digest, and what tells whether it is still the file that was hashed: large files need not be read twice
/// within a moment.
package struct HashedFile: Sendable, Equatable {
    /// Any write to the file or its inode changes one of these; the last cannot be set by hand.
    private struct Identity: Equatable {
        let device: UInt64
        let inode: UInt64
        let size: Int64
        let modified: [Int]
        /// Seconds and nanoseconds; the kernel counts in ticks of some milliseconds.
        let changed: [Int]

        init?(at path: FilePath) {
            var facts = stat()
            guard lstat(path.string, &facts) == 0 else { return nil }
            device = UInt64(facts.st_dev)
            inode = UInt64(facts.st_ino)
            size = Int64(facts.st_size)
            modified = [facts.st_mtim.tv_sec, facts.st_mtim.tv_nsec]
            changed = [facts.st_ctim.tv_sec, facts.st_ctim.tv_nsec]
        }

        /// Whether a change from now on would be seen: not within the tick of the last.
        var isSettled: Bool {
            var now = timespec()
            guard clock_gettime(CLOCK_REALTIME, &now) == 0 else { return false }
            return (now.tv_sec - changed[0]) * 1_000_000_000 + now.tv_nsec - changed[1] > 100_000_000
        }
    }

    package let digest: FileDigest
    private let identity: Identity
    private let wasSettled: Bool

    /// Nil for a file that is not there.
    package static func ofPresent(_ path: FilePath) async throws(NodeError) -> HashedFile? {
        guard let identity = Identity(at: path) else { return nil }
        let isSettled = identity.isSettled
        guard let digest = try await FileDigest.ofPresent(path) else { return nil }
        return HashedFile(digest: digest, identity: identity, wasSettled: isSettled)
    }

    /// False also where it cannot be told, since the file had only just been written when it was hashed.
    package func isUnchanged(at path: FilePath) -> Bool { wasSettled && Identity(at: path) == identity }
}
