internal import SystemPackage
package import Wire

/// Takes and keeps snapshots of this server's datastore, 0700 and 0600.
package struct SnapshotStore: Sendable {
    enum Fact {
        static let datastore = "datastore"
        static let version = "version"
        static let node = "node"
    }

    /// Bytes that stay free on the disk of the snapshots.
    package static let reserve: Int64 = 256 << 20

    package let store: SavedStore

    package init(_ store: SavedStore) { self.store = store }

    /// Takes a snapshot and verifies it, all before it is called one. A complete one of that name is given back.
    ///
    /// - Parameter version: the version that runs, without which nobody knows which k3s can read the copy.
    /// - Parameter created: seconds since 1970.
    package func take(
        named name: String, of installation: NodeInstallation, version: K3sVersion, created: Int64,
        deadline: Duration, runner: CommandRunner
    ) async throws(NodeError) -> ClusterSnapshot {
        if let saved = try store.open(name), let snapshot = ClusterSnapshot(saved) { return snapshot }
        let folder = try store.prepare(name)
        try Durable.createFolder(folder, mode: SavedFolder.folderMode)
        let copy: SavedFile
        switch installation.datastore {
        case .sqlite: copy = try await sqlite(installation, folder, deadline)
        case .etcd: copy = try await etcd(named: name, installation, folder, runner)
        case .external:
            throw NodeError(
                .snapshotFailed, "\(installation.nodeName) keeps its cluster's state in an external datastore",
                wayOut: "take a dump of that database yourself, then say so with --external-backup-taken")
        case nil:
            throw NodeError(
                .snapshotFailed, "\(installation.nodeName) is a worker: there is no datastore on it",
                wayOut: "take the snapshot on a server")
        }
        let items = try NodeFiles.definition(of: installation) + NodeFiles.identity(of: installation)
        let saved = try await SavedFolder.save(
            items, of: installation.root, to: folder, name: name, created: created,
            facts: [
                Fact.datastore: installation.datastore?.rawValue ?? "", Fact.version: "\(version)",
                Fact.node: installation.nodeName,
            ], kept: [copy])
        guard let snapshot = ClusterSnapshot(saved), snapshot.hasToken else {
            throw NodeError(
                .snapshotMissing, "there is no token in \(installation.dataFolder)/server to keep beside the snapshot",
                wayOut: "without it the snapshot could not be restored; find out where this server has its token")
        }
        return snapshot
    }

    private func sqlite(
        _ installation: NodeInstallation, _ folder: FilePath, _ deadline: Duration
    ) async throws(NodeError) -> SavedFile {
        let original = installation.dataFolder.appending("server/db/state.db")
        let source = installation.root.path(original)
        guard try FileFacts(at: source, following: true) != nil else {
            throw NodeError(
                .snapshotMissing, "there is no SQLite database at \(original)", wayOut: "check the server's data-dir")
        }
        try FreeSpace(at: folder).require(
            ColdCopy.size(of: source), reserve: Self.reserve, at: folder, for: "a copy of the datastore")
        let digest = try await SQLiteBackup(of: source, deadline: deadline).run(to: folder.appending("state.db"))
        return Self.entry(original, digest, stored: "state.db")
    }

    private func etcd(
        named name: String, _ installation: NodeInstallation, _ folder: FilePath, _ runner: CommandRunner
    ) async throws(NodeError) -> SavedFile {
        let etcd = try EtcdSnapshots(of: installation, runner: runner)
        let database = installation.root.path(installation.dataFolder.appending("server/db/etcd/member/snap/db"))
        // Twice: k3s' own file, and ours if the two folders are on different disks.
        let size = try FileFacts(at: database)?.size ?? 0
        let snapshots = installation.root.path(etcd.folder)
        try FreeSpace(at: snapshots).require(size, reserve: Self.reserve, at: snapshots, for: "an etcd snapshot")
        let (path, digest) = try await etcd.take(named: name)
        let stored = path.lastComponent?.string ?? "snapshot"
        try FreeSpace(at: folder).require(digest.size, reserve: Self.reserve, at: folder, for: "an etcd snapshot")
        // A file of our own: a cluster reset elsewhere, or a hand, may remove k3s' folder of snapshots.
        try await Durable.copy(
            installation.root.path(path), to: folder.appending(stored), mode: .ownerReadWrite, owner: .current,
            expecting: digest)
        return Self.entry(path, digest, stored: stored)
    }

    private static func entry(_ path: FilePath, _ digest: FileDigest, stored: String) -> SavedFile {
        SavedFile(
            part: .datastore, path: path.string, mode: 0o600, owner: .current, digest: digest, stored: stored)
    }

    /// All complete snapshots, the newest first.
    package func all() throws(NodeError) -> [ClusterSnapshot] {
        try store.all().compactMap(ClusterSnapshot.init)
    }

    /// Removes our own old snapshots, those files of etcd's included that k3s saved for us; others of k3s' are never
    /// touched.
    @discardableResult
    package func prune(
        keeping count: Int, protecting names: Set<String>, in root: SystemRoot
    ) throws(NodeError) -> [String] {
        try store.prune(keeping: count, protecting: names) { (saved) throws(NodeError) in
            // Before its manifest, which alone knows where it is.
            for file in saved.manifest.files where file.part == .datastore {
                let name = file.place.lastComponent?.string ?? ""
                if name.hasPrefix(EtcdSnapshots.prefix) { try Durable.remove(root.path(file.place)) }
            }
        }
    }
}
