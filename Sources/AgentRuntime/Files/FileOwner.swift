internal import Glibc

/// Owner and group, by number: a static executable has no name service to ask.
package struct FileOwner: Hashable, Sendable, Codable {
    package let user: UInt32
    package let group: UInt32

    package static let root = FileOwner(user: 0, group: 0)

    /// Whom this process runs as.
    package static var current: FileOwner { FileOwner(user: geteuid(), group: getegid()) }

    package init(user: UInt32, group: UInt32) {
        self.user = user
        self.group = group
    }
}
