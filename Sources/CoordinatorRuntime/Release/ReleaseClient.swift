internal import Hashing
package import Wire

/// Asks the release site what there is. The digests it gives go into the plan; each node's agent fetches and checks the
/// lists again by itself.
package struct ReleaseClient: Sendable {
    /// A release's checksum list has a few lines, the channel list some hundred, the installer some thousand.
    static let listLimit = 64 * 1024
    static let channelsLimit = 1 << 20
    static let installerLimit = 1 << 20

    package let site: ReleaseSite
    private let fetcher: Fetcher

    package init(site: ReleaseSite, fetcher: Fetcher) {
        self.site = site
        self.fetcher = fetcher
    }

    /// Throws `release-site-unreachable`, `release-list-malformed`.
    package func channels() async throws(CoordinatorError) -> ReleaseChannels {
        let bytes = try await fetch(site.channels, limit: Self.channelsLimit, what: "the channel list") { _ in nil }
        guard let channels = ReleaseChannels(json: bytes) else {
            throw malformed("the channel list", at: site.channels, reason: "it is no list of channels with versions")
        }
        return channels
    }

    /// The SHA-256 of a version's binary for each of these architectures.
    ///
    /// Throws `version-not-released`, `release-site-unreachable`, `release-list-malformed`.
    package func binaries(
        of version: K3sVersion, for architectures: some Collection<Architecture>
    ) async throws(CoordinatorError) -> [PlannedRelease.Binary] {
        var binaries: [PlannedRelease.Binary] = []
        for architecture in Set(architectures).sorted(by: { $0.rawValue < $1.rawValue }) {
            let address = site.releases.appending("download", "\(version)", architecture.checksumListName)
            let what = "the checksum list of \(version) for \(architecture.rawValue)"
            let bytes = try await fetch(address, limit: Self.listLimit, what: what) { failure in
                failure == .status(404) ? self.notReleased(version, architecture) : nil
            }
            let list: ChecksumList
            do {
                list = try ChecksumList(bytes)
            } catch {
                let place = error.line > 0 ? "line \(error.line): " : ""
                throw malformed(what, at: address, reason: place + error.reason)
            }
            guard let digest = list.digests[architecture.binaryName] else {
                throw malformed(what, at: address, reason: "it does not name \(architecture.binaryName)")
            }
            binaries.append(PlannedRelease.Binary(architecture: architecture, sha256: digest))
        }
        return binaries
    }

    /// The SHA-256 of the installer as it is now.
    ///
    /// Throws `release-site-unreachable`, `release-list-malformed`.
    package func installerSHA256() async throws(CoordinatorError) -> String {
        let bytes = try await fetch(site.installer, limit: Self.installerLimit, what: "the installer") { _ in nil }
        // An empty or an HTML answer would be pinned as "the installer" otherwise.
        guard bytes.starts(with: "#!/".utf8) else {
            throw malformed("the installer", at: site.installer, reason: "it does not begin as a script does")
        }
        return SHA256.hex(of: bytes)
    }

    private func fetch(
        _ address: SiteAddress, limit: Int, what: String,
        instead: (FetchFailure) -> CoordinatorError?
    ) async throws(CoordinatorError) -> [UInt8] {
        do {
            return try await fetcher.bytes(Fetch(address, limit: limit))
        } catch {
            if let error = instead(error) { throw error }
            throw CoordinatorError(
                .releaseSiteUnreachable, .unreachable, "cannot get \(what) from \(address)", cause: error,
                wayOut: "look at the address in `release:` of the inventory, and whether this machine can reach it: "
                    + "curl -sSfL \(address)")
        }
    }

    private func notReleased(_ version: K3sVersion, _ architecture: Architecture) -> CoordinatorError {
        CoordinatorError(
            .versionNotReleased, .refused, "\(site.releases) has no \(version) for \(architecture.rawValue)",
            wayOut: "`coordinator status` lists the newest patch and the next minor; "
                + "all releases are at \(site.releases)")
    }

    private func malformed(_ what: String, at address: SiteAddress, reason: String) -> CoordinatorError {
        CoordinatorError(
            .releaseListMalformed, .failed, "what \(address) gives as \(what) is not usable: \(reason)",
            wayOut: "look at it with `curl -sSfL \(address)`; a proxy or a mirror may stand in between")
    }
}

extension CoordinatorError.Code {
    package static let versionNotReleased = Self(rawValue: "version-not-released")
    package static let releaseSiteUnreachable = Self(rawValue: "release-site-unreachable")
    package static let releaseListMalformed = Self(rawValue: "release-list-malformed")
}
