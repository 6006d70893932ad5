internal import Clibssh
import Glibc

/// The lines of some known_hosts files that are about one host.
struct KnownHosts: Sendable {
    /// One line.
    struct Entry: Sendable {
        let file: String
        let line: Int
        let isRevoked: Bool
        let key: NativeKey
    }

    /// How a key that a host shows stands to what is known.
    enum Verdict: Sendable {
        case known
        case unknown
        case changed(Entry)
        case revoked(Entry)
    }

    private(set) var entries: [Entry]

    /// Reads the files that exist. Blocks on the disk.
    /// - Throws: `knownHostsUnusable` for one that can't be read, is no regular file or has more than 4 MiB: keys that
    ///   can't be seen must not turn a changed key into an unknown one.
    init(files: [String], name: String) throws(SSHError) {
        entries = try Self.entries(files, name: name)
    }

    /// Adds the `@revoked` lines of further files, and nothing else of them.
    mutating func revoke(by files: [String], name: String) throws(SSHError) {
        entries += try Self.entries(files, name: name).filter(\.isRevoked)
    }

    /// Adds the keys of a file of OpenSSH's `RevokedHostKeys`, whichever host shows them.
    /// - Throws: `knownHostsUnusable` where not all of it is read: OpenSSH trusts nobody then, either.
    mutating func revoke(keysIn path: String) throws(SSHError) {
        do throws(SSHError) {
            entries += try Self.revoked(in: KnownHostsFile(path: path))
        } catch {
            throw SSHError(
                error.code, "the list of revoked host keys \(UntrustedText.cleaned(path)) can't be used",
                cause: error.cause,
                wayOut: "make it a file with one public key a line, or set RevokedHostKeys in the SSH configuration "
                    + "to another")
        }
    }

    private static func revoked(in file: KnownHostsFile) throws(SSHError) -> [Entry] {
        guard let text = try file.read() else { throw file.unusable("it is not there") }
        guard !text.hasPrefix("SSHKRL\n") else {
            throw file.unusable("it is a binary revocation list, and only lines of public keys are read here")
        }
        var entries: [Entry] = []
        for (number, line) in lines(text) {
            let fields = line.split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == "\r" })
            guard let type = fields.first, !type.hasPrefix("#") else { continue }
            // Keys of security tokens, certificates and DSA: no host can show us one.
            if type == "ssh-dss" || type.hasSuffix("@openssh.com") { continue }
            guard supported.contains(where: { $0.type == type }), fields.count > 1,
                let key = NativeKey(type: String(type), base64: String(fields[1]))
            else {
                throw file.unusable("line \(number) is no public key")
            }
            entries.append(Entry(file: file.path, line: number, isRevoked: true, key: key))
        }
        return entries
    }

    private static func entries(_ files: [String], name: String) throws(SSHError) -> [Entry] {
        var entries: [Entry] = []
        for file in files {
            guard let text = try KnownHostsFile(path: file).read() else { continue }
            for (number, line) in lines(text) {
                if let entry = entry(line, name: name, file: file, number: number) { entries.append(entry) }
            }
        }
        return entries
    }

    /// Numbered from 1. To Swift CR LF is one character, and no newline.
    private static func lines(_ text: String) -> [(number: Int, line: Substring)] {
        text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }.enumerated()
            .map { ($0.offset + 1, $0.element) }
    }

    /// A line, if it is about the host and has a key that libssh knows. `@cert-authority` lines are passed over:
    /// libssh takes no host certificates.
    private static func entry(_ line: Substring, name: String, file: String, number: Int) -> Entry? {
        var fields = line.split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == "\r" })[...]
        guard let first = fields.first, !first.hasPrefix("#") else { return nil }
        let isRevoked = first == "@revoked"
        if first.hasPrefix("@") {
            guard isRevoked else { return nil }
            fields = fields.dropFirst()
        }
        guard fields.count >= 3, let hosts = fields.first else { return nil }
        let type = String(fields[fields.startIndex + 1])
        let isMatch = hosts.hasPrefix("|") ? isHash(hosts, of: name) : KnownHostPattern.matches(hosts, name: name)
        guard isMatch, let key = NativeKey(type: type, base64: String(fields[fields.startIndex + 2])) else {
            return nil
        }
        return Entry(file: file, line: number, isRevoked: isRevoked, key: key)
    }

    /// Whether a hashed name (`|1|salt|hash`) is that of `name`.
    private static func isHash(_ hosts: Substring, of name: String) -> Bool {
        var entry: UnsafeMutablePointer<ssh_knownhosts_entry>?
        // libssh only looks at lines with a key, so it gets one; it is not looked at.
        let line = "\(hosts) ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
        guard unsafe ssh_known_hosts_parse_line(name, line, &entry) == SSH_OK else { return false }
        unsafe ssh_knownhosts_entry_free(entry)
        return true
    }

    /// What to make of the key that the host shows. A revoked key is revoked even where another line trusts it.
    func verdict(on key: NativeKey) -> Verdict {
        let same = entries.filter { $0.key.isSamePublicKey(as: key) }
        if let revoked = same.first(where: \.isRevoked) { return .revoked(revoked) }
        if !same.isEmpty { return .known }
        // A key of a type that is not known counts as changed too: known types are asked for first, so the host has
        // lost the one it had.
        if let other = entries.first(where: { !$0.isRevoked && $0.key.type == key.type })
            ?? entries.first(where: { !$0.isRevoked })
        {
            return .changed(other)
        }
        return .unknown
    }

    /// The algorithms to ask for, known ones first, so that a host with several keys shows the one that is known.
    var algorithms: [String] {
        let known = Set(entries.filter { !$0.isRevoked }.map(\.key.type))
        let first = Self.supported.filter { known.contains($0.type) }
        let rest = Self.supported.filter { !known.contains($0.type) }
        return (first + rest).flatMap(\.algorithms)
    }

    private static let supported: [(type: String, algorithms: [String])] = [
        ("ssh-ed25519", ["ssh-ed25519"]),
        ("ecdsa-sha2-nistp521", ["ecdsa-sha2-nistp521"]),
        ("ecdsa-sha2-nistp384", ["ecdsa-sha2-nistp384"]),
        ("ecdsa-sha2-nistp256", ["ecdsa-sha2-nistp256"]),
        ("ssh-rsa", ["rsa-sha2-512", "rsa-sha2-256"]),
    ]
}
