internal import SystemPackage
package import Wire

/// A binary that comes from the coordinator in pieces, for nodes that cannot fetch large files. It is taken only if its
/// hash is on the checksum list that the node itself has fetched.
package struct PushedArtifact: ~Copyable {
    private let expected: FileDigest
    private let file: AtomicFile
    private var digest = DigestBuilder()
    private var received: Int64 = 0

    /// Throws `refusedByPolicy`, `releaseMismatch`, `diskFull` before a byte is written.
    package static func begin(
        _ version: K3sVersion, sha256: String, size: Int64, staging: Staging, policy: NodePolicy
    ) throws(NodeError) -> PushedArtifact {
        guard policy.acceptsPushedArtifacts else {
            throw NodeError(
                .refusedByPolicy, "this node takes no pushed binaries",
                wayOut: "set \"acceptsPushedArtifacts\": true in \(AgentPlaces.policy) on the node, or let it fetch")
        }
        guard let list = try staging.checksumList(version) else {
            throw NodeError(
                .refusedByPolicy, "this node has no checksum list of \(version) to check a pushed binary with",
                wayOut: "let it fetch the list from its release site first")
        }
        guard try staging.listed(in: list, expected: nil, version) == sha256 else {
            throw NodeError(
                .releaseMismatch, "the release site does not list the pushed binary's SHA-256 \(sha256)",
                wayOut: "push the genuine k3s binary of \(version) for \(staging.architecture.rawValue)")
        }
        guard (1...Staging.binaryLimit).contains(size) else {
            throw NodeError(.fileTooLarge, "a pushed binary of \(size) bytes is not taken")
        }
        try staging.create()
        try staging.requireRoom(for: size)
        let file = try AtomicFile.create(at: staging.binary(version), mode: .ownerReadWriteExecute)
        return PushedArtifact(expected: FileDigest(sha256: sha256, size: size), file: file)
    }

    private init(expected: FileDigest, file: consuming AtomicFile) {
        self.expected = expected
        self.file = file
    }

    /// Takes the next piece; throws once more has come than was announced.
    package mutating func write(_ bytes: [UInt8]) throws(NodeError) {
        received += Int64(bytes.count)
        guard received <= expected.size else {
            throw NodeError(.fileTooLarge, "more bytes were pushed than the \(expected.size) announced")
        }
        digest.add(bytes)
        try file.write(bytes)
    }

    /// Checks the whole and makes it visible in staging; dropped before, it leaves nothing.
    package consuming func finish() throws(NodeError) -> FileDigest {
        let digest = digest.finish()
        guard digest == expected else {
            throw Staging.mismatch("what was pushed", got: digest.sha256, expected: expected.sha256)
        }
        try file.commit()
        return digest
    }
}
