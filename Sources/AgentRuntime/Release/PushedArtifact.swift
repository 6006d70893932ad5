internal import SystemPackage
package import Wire

/// A binary that comes from the coordinator in pieces, for nodes that cannot fetch large files. It is taken only if its
/// hash is on the checksum list that the node itself has fetched.
package struct PushedArtifact: ~Copyable {
    private let expected: FileDigest
    private let file: AtomicFile
    private var digest = DigestBuilder()
    private var received: Int64 = 0

    /// Throws `refusedByPolicy` unless the node takes pushed binaries at all.
    package static func requirePermission(_ policy: NodePolicy) throws(NodeError) {
        guard policy.acceptsPushedArtifacts else {
            throw NodeError(
                .refusedByPolicy, "this node takes no pushed binaries",
                wayOut: "let it with `coordinator agents install --replace-policy --allow-pushed-artifacts`, or let it "
                    + "fetch by itself")
        }
    }

    /// Throws `releaseMismatch` unless the release's list has this hash for this machine's binary, `fileTooLarge` if no
    /// k3s is so large.
    package static func requireGenuine(
        _ order: PushOrder, by list: ChecksumList, for architecture: Architecture
    ) throws(NodeError) {
        guard list[architecture.binaryName] == order.sha256 else {
            throw NodeError(
                .releaseMismatch, "the release site does not list the pushed binary's SHA-256 \(order.sha256)",
                wayOut: "push the genuine k3s binary of \(order.version) for \(architecture.rawValue)")
        }
        guard order.size <= Staging.binaryLimit else {
            throw NodeError(.fileTooLarge, "a pushed binary of \(order.size) bytes is not taken")
        }
    }

    /// Begins with one that was found permitted and genuine. Throws `diskFull` before a byte is written.
    package static func begin(_ order: PushOrder, in staging: Staging) throws(NodeError) -> PushedArtifact {
        try staging.create()
        try staging.requireRoom(for: order.size)
        let file = try AtomicFile.create(at: staging.binary(order.version), mode: .ownerReadWriteExecute)
        return PushedArtifact(expected: FileDigest(sha256: order.sha256, size: order.size), file: file)
    }

    private init(expected: FileDigest, file: consuming AtomicFile) {
        self.expected = expected
        self.file = file
    }

    /// Takes the next piece; throws once more has come than was announced.
    package mutating func write(_ bytes: some Collection<UInt8>) throws(NodeError) {
        received += Int64(bytes.count)
        guard received <= expected.size else {
            throw NodeError(.fileTooLarge, "more bytes were pushed than the \(expected.size) announced")
        }
        digest.add(bytes)
        try file.write(bytes)
    }

    /// Checks the whole and makes it visible in staging; dropped before, it leaves nothing.
    package consuming func finish() throws(NodeError) -> FileDigest {
        guard received == expected.size else {
            throw NodeError(
                .pushIncomplete, "the push ended after \(received) of \(expected.size) bytes",
                wayOut: "run the same command again")
        }
        let digest = digest.finish()
        guard digest == expected else {
            throw Staging.mismatch("what was pushed", got: digest.sha256, expected: expected.sha256)
        }
        try file.commit()
        return digest
    }
}

extension NodeError.Code {
    /// A push ended before all of it had come.
    package static let pushIncomplete = Self(rawValue: "push-incomplete")
}
