internal import SystemPackage
package import Wire

extension Staging {
    /// Fetches the checksum list from the node's own release site.
    package func fetchChecksums(
        _ version: K3sVersion, policy: NodePolicy, proxies: [String: Secret] = [:], runner: CommandRunner
    ) async throws(NodeError) -> ChecksumList {
        let address = WebAddress(policy.releases).map(ReleaseSite.init)?.checksums(version, for: architecture)
        guard let address else { throw Self.noSite("releases") }
        try create()
        // A push and a stage step may both be at it: neither touches the other's file.
        let own = String(UInt32.random(in: 0...UInt32.max), radix: 16)
        let arrived = checksums(version).appendingSuffix(".\(own)\(Self.arriving)")
        let download = Download(
            address, to: arrived, limit: Int64(ChecksumList.limit), deadline: .seconds(60), proxies: proxies)
        _ = try await download.run(runner)
        let list = try ChecksumList(PlainFile.open(arrived).bytes(limit: ChecksumList.limit))
        try Durable.settle(arrived, at: checksums(version), mode: .ownerReadWrite)
        return list
    }

    /// The list as this node knows it: fetched anew, or, while the site cannot be reached, the one that it fetched from
    /// there before. A coordinator has no way to give it one.
    package func knownChecksums(
        _ version: K3sVersion, policy: NodePolicy, proxies: [String: Secret] = [:], runner: CommandRunner
    ) async throws(NodeError) -> ChecksumList {
        do throws(NodeError) {
            return try await fetchChecksums(version, policy: policy, proxies: proxies, runner: runner)
        } catch {
            guard error.code == .releaseUnreachable, let list = try checksumList(version) else { throw error }
            return list
        }
    }

    /// Fetches the binary unless it is there already, and makes sure that it is the one the plan and the site's list
    /// speak of.
    ///
    /// - Parameter expected: the plan's SHA-256; nil takes the list's word.
    package func fetchBinary(
        _ version: K3sVersion, expected: String?, policy: NodePolicy, proxies: [String: Secret] = [:],
        deadline: Duration, runner: CommandRunner
    ) async throws(NodeError) -> FileDigest {
        let list = try await knownChecksums(version, policy: policy, proxies: proxies, runner: runner)
        let sha256 = try listed(in: list, expected: expected, version)
        if let staged = try await stagedBinary(version), staged.sha256 == sha256 { return staged }
        guard let address = WebAddress(policy.releases).map(ReleaseSite.init)?.binary(version, for: architecture) else {
            throw Self.noSite("releases")
        }
        // The size is not known before; today's binaries with room to grow.
        try requireRoom(for: 128 << 20)
        let arrived = binary(version).appendingSuffix(Self.arriving)
        let download = Download(address, to: arrived, limit: Self.binaryLimit, deadline: deadline, proxies: proxies)
        let digest = try await download.run(runner)
        guard digest.sha256 == sha256 else {
            try? Durable.remove(arrived)
            throw Self.mismatch("\(address)", got: digest.sha256, expected: sha256)
        }
        let staged = binary(version)
        // curl has flushed nothing of it.
        try await Aside.run { () throws(NodeError) in
            try Durable.settle(arrived, at: staged, mode: .ownerReadWriteExecute)
        }
        return digest
    }

    /// Fetches the installer, which must be the one that the plan shows to the operator.
    package func fetchInstaller(
        expected: String, policy: NodePolicy, proxies: [String: Secret] = [:], runner: CommandRunner
    ) async throws(NodeError) {
        if try await FileDigest.ofPresent(installer)?.sha256 == expected { return }
        guard let address = WebAddress(policy.installer) else { throw Self.noSite("installer") }
        try create()
        let arrived = installer.appendingSuffix(Self.arriving)
        let download = Download(
            address, to: arrived, limit: Self.installerLimit, deadline: .seconds(60), proxies: proxies)
        let digest = try await download.run(runner)
        guard digest.sha256 == expected else {
            try? Durable.remove(arrived)
            throw Self.mismatch("\(address)", got: digest.sha256, expected: expected)
        }
        try Durable.settle(arrived, at: installer, mode: .ownerReadWrite)
    }

    /// The listed hash of this machine's binary, which the plan's must be.
    func listed(in list: ChecksumList, expected: String?, _ version: K3sVersion) throws(NodeError) -> String {
        guard let sha256 = list[architecture.binaryName] else {
            throw NodeError(
                .releaseMissing, "the checksum list of \(version) has no \(architecture.binaryName)",
                wayOut: "check the release site in \(AgentPlaces.policy)")
        }
        guard let expected, expected != sha256 else { return sha256 }
        throw Self.mismatch(
            "the checksum list of \(version) on this node's release site", got: sha256, expected: expected)
    }

    func requireRoom(for size: Int64) throws(NodeError) {
        let place = root.path(folder)
        try FreeSpace(at: place).require(size, reserve: Self.reserve, at: place, for: "the new k3s binary")
    }

    static func mismatch(_ thing: String, got: String, expected: String) -> NodeError {
        NodeError(
            .releaseMismatch, "\(thing) is not what it should be: SHA-256 \(got), expected \(expected)",
            wayOut: "compare with the hashes that K3s publishes; nothing was installed")
    }

    private static func noSite(_ key: String) -> NodeError {
        NodeError(
            .refusedByPolicy, "this node's policy names no usable address as \"\(key)\"",
            wayOut: "set it in \(AgentPlaces.policy)")
    }
}

extension FilePath {
    func appendingSuffix(_ suffix: String) -> FilePath { FilePath(string + suffix) }
}
