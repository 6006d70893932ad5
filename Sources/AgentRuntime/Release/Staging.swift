package import SystemPackage
package import Wire

/// The folder where a release waits for its installation: beside the k3s binary, so that putting it in place is a
/// rename on one disk, and nothing is downloaded during the outage.
package struct Staging: Sendable, Equatable {
    /// Larger than any k3s binary; today's have 70 MB.
    package static let binaryLimit: Int64 = 512 << 20
    package static let installerLimit: Int64 = 1 << 20
    /// Bytes that stay free on the binary's disk.
    package static let reserve: Int64 = 64 << 20

    /// Ends the name of a download that is under way.
    static let arriving = ".part"

    /// Absolute, without the root's prefix.
    package let folder: FilePath
    package let root: SystemRoot
    package let architecture: Architecture

    package init(for installation: NodeInstallation, architecture: Architecture) {
        folder = installation.binary.removingLastComponent().appending(".k3s-upgrade")
        root = installation.root
        self.architecture = architecture
    }

    package func binary(_ version: K3sVersion) -> FilePath { place("k3s-\(version)") }
    package func checksums(_ version: K3sVersion) -> FilePath { place("\(version)-\(architecture.checksumListName)") }
    package var installer: FilePath { place("install.sh") }

    func place(_ name: String) -> FilePath { root.path(folder).appending(name) }

    /// Makes the folder, 0700, root's.
    package func create() throws(NodeError) {
        try Durable.createFolder(root.path(folder), mode: .ownerReadWriteExecute)
    }

    /// The list that this node fetched, or nil if it has not yet.
    package func checksumList(_ version: K3sVersion) throws(NodeError) -> ChecksumList? {
        guard let bytes = try PlainFile.bytesIfPresent(checksums(version), limit: ChecksumList.limit) else {
            return nil
        }
        return try ChecksumList(bytes)
    }

    /// The digest of the staged binary, hashed anew; nil if there is none.
    package func stagedBinary(_ version: K3sVersion) async throws(NodeError) -> FileDigest? {
        try await FileDigest.ofPresent(binary(version))
    }

    /// Removes what was being written when the power went.
    ///
    /// - Returns: the names.
    package func removeUnfinished() throws(NodeError) -> [String] {
        let names = try Folder.namesIfPresent(in: root.path(folder)).filter {
            $0.hasSuffix(AtomicFile.suffix) || $0.hasSuffix(Self.arriving)
        }
        for name in names { try Durable.remove(place(name)) }
        return names
    }

    /// As `stagedBinary`, with what tells later whether it is still that file.
    func hashedBinary(_ version: K3sVersion) async throws(NodeError) -> HashedFile? {
        try await HashedFile.ofPresent(binary(version))
    }

    /// Removes all that is staged, but for one version.
    package func sweep(keeping version: K3sVersion? = nil) throws(NodeError) {
        let kept = version.map { [binary($0), checksums($0), installer] } ?? []
        for name in try Folder.namesIfPresent(in: root.path(folder)) where !kept.contains(place(name)) {
            try Durable.removeTree(place(name))
        }
    }
}
