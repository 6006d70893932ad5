package import SystemPackage
package import Wire

/// All that can be told on one node by itself, before anything is changed.
package struct NodePreflight: Sendable {
    /// The new binary's size is not known before it is fetched; today's have some 70 MiB.
    package static let binarySize: Int64 = 128 << 20

    package let installation: NodeInstallation
    package let current: K3sVersion
    package let target: K3sVersion
    /// Where rollback kits and snapshots go, outside of the root's prefix.
    package let stateFolder: FilePath
    /// Whether this node is the one that takes the run's snapshot.
    package let takesSnapshot: Bool

    package init(
        installation: NodeInstallation, current: K3sVersion, target: K3sVersion, stateFolder: FilePath,
        takesSnapshot: Bool
    ) {
        self.installation = installation
        self.current = current
        self.target = target
        self.stateFolder = stateFolder
        self.takesSnapshot = takesSnapshot
    }

    package func findings() throws(NodeError) -> [Finding] {
        let configuration = installation.configuration
        let unified = try CgroupCheck.isUnified(in: installation.root)
        return try disk()
            + CgroupCheck.findings(target: target, isUnified: unified, configuration: configuration)
            + RemovedFlagCheck.findings(target: target, configuration: configuration)
            + EtcdPathCheck.findings(current: current, target: target, datastore: installation.datastore)
    }

    private func disk() throws(NodeError) -> [Finding] {
        var needs: [DiskCheck.Need] = []
        var free: [UInt64: Int64] = [:]
        func add(_ purpose: String, _ bytes: Int64, at path: FilePath) throws(NodeError) {
            let space = try FreeSpace(at: installation.root.path(path))
            free[space.device] = space.bytes
            needs.append(.init(purpose: purpose, bytes: bytes, device: space.device, path: path.string))
        }
        try add("the new k3s", Self.binarySize, at: installation.binary.removingLastComponent())
        let kit = try SavedFolder.size(of: RollbackKit.items(of: installation), in: installation.root)
        try add("the rollback kit", kit, at: stateFolder)
        if takesSnapshot {
            let database = installation.dataFolder.appending("server/db")
            switch installation.datastore {
            case .sqlite:
                let size = try ColdCopy.size(of: installation.root.path(database.appending("state.db")))
                // The online copy, and the cold one once k3s has stopped.
                try add("the snapshot", 2 * size, at: stateFolder)
            case .etcd:
                let size =
                    try FileFacts(at: installation.root.path(database.appending("etcd/member/snap/db")))?.size ?? 0
                try add("k3s' own snapshot", size, at: database)
                try add("the snapshot", size, at: stateFolder)
            case .external, nil: break
            }
        }
        return DiskCheck.findings(needs, free: free, reserve: RollbackKit.reserve)
    }
}
