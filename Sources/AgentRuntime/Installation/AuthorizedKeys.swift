package import Wire

/// The keys that open the agent's account, each bound to the one command that it may run.
package struct AuthorizedKeys: Hashable, Sendable {
    /// `restrict` refuses a terminal and all forwarding, now and whatever sshd learns later.
    static let prefix = "restrict,command=\"\(AgentPlaces.binary) connect\" "

    /// Of the file; room for some dozen coordinators.
    package static let limit = 256 * 1024

    package let keys: [AuthorizedKey]

    package init(keys: [AuthorizedKey]) { self.keys = keys }

    /// Reads the lines that we wrote. Any other line would open the account to more than the one command, so none
    /// is kept.
    package init(text: [UInt8]) {
        keys = String(decoding: text, as: UTF8.self).split(whereSeparator: \.isNewline).compactMap { line in
            line.hasPrefix(Self.prefix) ? AuthorizedKey(String(line.dropFirst(Self.prefix.count))) : nil
        }
    }

    /// With `key` among them, under its newest comment.
    package func adding(_ key: AuthorizedKey) -> AuthorizedKeys {
        AuthorizedKeys(keys: keys.filter { !$0.isSame(as: key) } + [key])
    }

    /// The file's text.
    package var bytes: [UInt8] {
        Array("# Written by k3s-upgrade-agent install; lines of another form are dropped.\n".utf8)
            + keys.flatMap { Array("\(Self.prefix)\($0)\n".utf8) }
    }
}
