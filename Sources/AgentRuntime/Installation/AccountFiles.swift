internal import SystemPackage

/// The node's local accounts, read from their files: a static executable has no name service to ask, and an account
/// from a directory service is none that we could rely on while the network is down.
package struct AccountFiles: Sendable {
    package struct User: Hashable, Sendable {
        package let name: String
        package let id: UInt32
        package let group: UInt32
        package let home: String
        package let shell: String
    }

    /// Of each file; a node's have a few kilobytes.
    private static let limit = 4 << 20

    private let root: SystemRoot

    package init(root: SystemRoot) { self.root = root }

    /// From `/etc/passwd`: name, password, user, group, comment, home, shell.
    package func user(_ name: String) throws(NodeError) -> User? {
        guard let fields = try fields("/etc/passwd", of: name, count: 7), let id = UInt32(fields[2]),
            let group = UInt32(fields[3])
        else { return nil }
        return User(name: name, id: id, group: group, home: fields[5], shell: fields[6])
    }

    /// From `/etc/group`: name, password, number, members.
    package func group(_ name: String) throws(NodeError) -> UInt32? {
        try fields("/etc/group", of: name, count: 4).flatMap { UInt32($0[2]) }
    }

    /// Whether `/etc/shadow` lets nobody in by password and does not lock the account either: sshd without PAM takes
    /// a field that begins with `!` for a locked account and refuses its keys too (OpenSSH, `allowed_user`), and an
    /// empty one is no password at all.
    package func hasStarredPassword(_ name: String) throws(NodeError) -> Bool {
        guard let fields = try fields("/etc/shadow", of: name, count: 9) else { return false }
        return fields[1] == "*"
    }

    private func fields(_ path: FilePath, of name: String, count: Int) throws(NodeError) -> [String]? {
        guard let bytes = try PlainFile.bytesIfPresent(root.path(path), limit: Self.limit, following: true) else {
            return nil
        }
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            let fields = line.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
                .map { String(decoding: $0, as: UTF8.self) }
            if fields.count == count, fields[0] == name { return fields }
        }
        return nil
    }
}
