internal import Hashing
package import Wire

/// A release's binary on the operator's machine, known to be the one that the site lists.
package struct ReleaseBinary: Sendable {
    package let architecture: Architecture
    package let order: PushOrder
    private let file: NamelessFile

    /// Of one write to a channel: more saves nothing, and a packet takes 32 KiB anyway.
    static let pieceSize = 256 << 10

    /// The next bytes of it, none at its end.
    func piece(from offset: Int64) async throws(CoordinatorError) -> [UInt8] {
        try await file.bytes(from: offset, limit: Self.pieceSize)
    }
}

extension ReleaseBinary {
    /// Larger than any k3s; today's have 70 MB.
    private static let limit = 512 << 20
    private static let deadline: Duration = .seconds(1_800)

    /// Fetches one.
    ///
    /// - Parameter sha256: what it has to be, from the site's list.
    ///
    /// Throws `version-not-released`, `release-site-unreachable`, `release-mismatch`, `temporary-file-failed`.
    static func fetch(
        _ version: K3sVersion, for architecture: Architecture, sha256: String, from site: ReleaseSite,
        by fetcher: Fetcher
    ) async throws(CoordinatorError) -> ReleaseBinary {
        let address = address(of: version, for: architecture, at: site)
        let file = try NamelessFile()
        var fetch = Fetch(address, limit: limit, deadline: deadline)
        fetch.destination = file.path
        do {
            _ = try await fetcher.bytes(fetch)
        } catch {
            throw CoordinatorError(
                error == .status(404) ? .versionNotReleased : .releaseSiteUnreachable,
                error == .status(404) ? .refused : .unreachable, "cannot get k3s \(version) from \(address)",
                cause: error, wayOut: "look whether this machine can reach it: curl -sSfLI \(address)")
        }
        let (found, size) = try await digest(of: file)
        guard found == sha256, let order = PushOrder(sha256: sha256, size: size, version: version) else {
            throw CoordinatorError(
                .releaseMismatch, .failed, "what \(address) gives has SHA-256 \(found), and the list says \(sha256)",
                wayOut: "compare with the hashes that K3s publishes; a proxy or a mirror may stand in between")
        }
        return ReleaseBinary(architecture: architecture, order: order, file: file)
    }

    static func address(of version: K3sVersion, for architecture: Architecture, at site: ReleaseSite) -> SiteAddress {
        site.releases.appending("download", "\(version)", architecture.binaryName)
    }

    private static func digest(of file: NamelessFile) async throws(CoordinatorError) -> (sha256: String, size: Int64) {
        var hash = SHA256()
        var size: Int64 = 0
        while true {
            let piece = try await file.bytes(from: size, limit: pieceSize)
            guard !piece.isEmpty else { return (hash.finalize().hexadecimal, size) }
            hash.update(piece)
            size += Int64(piece.count)
        }
    }
}

extension CoordinatorError.Code {
    package static let releaseMismatch = Self(rawValue: "release-mismatch")
}
