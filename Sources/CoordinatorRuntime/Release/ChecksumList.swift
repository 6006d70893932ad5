/// A release's `sha256sum-<architecture>.txt`: one `DIGEST  NAME` a line, as sha256sum writes it.
package struct ChecksumList: Hashable, Sendable {
    /// A line that is none, or a name with two digests; `line` counts from 1, 0 is the whole list.
    package struct Malformed: Error, Hashable, Sendable {
        package let line: Int
        package let reason: String
    }

    /// Digests in lower-case hexadecimal, by file name.
    package let digests: [String: String]

    package init(_ bytes: [UInt8]) throws(Malformed) {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Malformed(line: 0, reason: "it is not text")
        }
        var digests: [String: String] = [:]
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (index, line) in lines.enumerated() where !line.isEmpty {
            let digest = line.prefix(64)
            let rest = line.dropFirst(64)
            // Two spaces, or a space and sha256sum's `*` for binary mode.
            guard digest.utf8.count == 64, digest.utf8.allSatisfy(Self.isHexadecimal),
                rest.hasPrefix("  ") || rest.hasPrefix(" *")
            else { throw Malformed(line: index + 1, reason: "it is not a SHA-256 and a file's name") }
            let name = String(rest.dropFirst(2))
            guard !name.isEmpty else { throw Malformed(line: index + 1, reason: "it names no file") }
            guard digests[name] == nil || digests[name] == digest.lowercased() else {
                throw Malformed(line: index + 1, reason: "it gives a file a second digest")
            }
            digests[name] = digest.lowercased()
        }
        guard !digests.isEmpty else { throw Malformed(line: 0, reason: "it is empty") }
        self.digests = digests
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (97...102).contains(byte) || (65...70).contains(byte)
    }
}
