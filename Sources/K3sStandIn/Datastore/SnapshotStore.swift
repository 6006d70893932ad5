internal import Glibc

/// etcd snapshots on this server's disk: saved, listed, pruned.
@MainActor final class SnapshotStore {
    private let etcd: EtcdMember
    private let defaultDirectory: String
    private let nodeName: String
    private let duration: Duration
    private let retention: Int
    private let compresses: Bool
    private let faults: Set<Fault>
    private let log: RunLog

    init(etcd: EtcdMember, options: NodeOptions) {
        self.etcd = etcd
        defaultDirectory = options.flags["etcd-snapshot-dir"] ?? options.dataDirectory + "/server/db/snapshots"
        nodeName = options.nodeName
        duration = options.settings.snapshotTime
        retention = options.flags["etcd-snapshot-retention"].flatMap { Int($0) } ?? 5
        compresses = options.flags.isSet("etcd-snapshot-compress")
        (faults, log) = (options.faults, options.log)
    }

    /// Writes a snapshot named `name-<node>-<unix time>`; `.part` stands behind the name until it is complete. A compressed
    /// one is called `.zip`, as K3s does, but holds the same bytes.
    func save(name: String, directory: String?, compress: Bool?) async throws(DatastoreError) -> JSON {
        let folder = directory ?? defaultDirectory
        let isCompressed = compress ?? compresses
        let file = "\(name)-\(nodeName)-\(Timestamp.now.seconds)\(isCompressed ? ".zip" : "")"
        let path = "\(folder)/\(file)"
        if faults.contains(.snapshotLies) {
            log.append("snapshot-lie", ["name": .string(file)])
            return [:]
        }
        try await etcd.barrier()
        log.append("snapshot-begin", ["name": .string(file)])
        var bytes = Snapshot.snapshot(ofDatabase: Snapshot.database(EtcdFiles.json(of: etcd.currentContent)))
        if isCompressed { bytes = Array("PK".utf8) + bytes }
        if faults.contains(.snapshotCorrupt) { bytes[bytes.count / 2] ^= 0x40 }
        do {
            // As releases do that make the default folder only.
            if directory == nil { try Files.makeDirectory(folder, mode: 0o700) }
            let half = faults.contains(.snapshotPart) ? bytes.count / 2 : bytes.count
            try Files.write(Array(bytes[..<half]), to: path + ".part", mode: 0o600)
            if duration > .zero { try? await Task.sleep(for: duration) }
            if faults.contains(.snapshotPart) {
                throw DatastoreError(message: "snapshot save failed: context deadline exceeded")
            }
            try Files.rename(path + ".part", to: path)
        } catch let error as FileError {
            throw DatastoreError(message: "\(error)")
        } catch let error as DatastoreError {
            throw error
        } catch {
            throw DatastoreError(message: "\(error)")
        }
        log.append("snapshot", ["name": .string(file), "size": .int(bytes.count)])
        prune(prefix: name, in: folder)
        return ["saved": .string(file)]
    }

    /// Keeps the newest of the files whose name begins with `prefix`, whoever made them: K3s' own trap.
    private func prune(prefix: String, in folder: String) {
        let candidates = Files.names(in: folder).filter { $0.hasPrefix(prefix) && !$0.hasSuffix(".part") }
        let oldestFirst = candidates.sorted { Self.time(of: $0) < Self.time(of: $1) }
        for file in oldestFirst.dropLast(retention) {
            log.append("snapshot-pruned", ["name": .string(file)])
            try? Files.remove("\(folder)/\(file)")
        }
    }

    /// The time at the end of a snapshot's name; 0 if there is none.
    private static func time(of name: String) -> Int { name.split(separator: "-").last.flatMap { Int($0) } ?? 0 }

    /// The list of snapshots, as `etcd-snapshot ls -o json` prints it.
    func list(directory: String?) -> JSON {
        let folder = directory ?? defaultDirectory
        let items = Files.names(in: folder).filter { !$0.hasSuffix(".part") }.map { name -> JSON in
            [
                "apiVersion": "k3s.cattle.io/v1", "kind": "ETCDSnapshotFile",
                "metadata": ["name": .string("local-\(name)")],
                "spec": [
                    "snapshotName": .string(name), "nodeName": .string(nodeName),
                    "location": .string("file://\(folder)/\(name)"),
                ],
                "status": [
                    "size": .string(String(Files.size(of: "\(folder)/\(name)") ?? 0)),
                    "creationTime": .string(Timestamp(microseconds: Self.time(of: name) * 1_000_000).time),
                    "readyToUse": true,
                ],
            ]
        }
        return ["kind": "List", "apiVersion": "v1", "metadata": [:], "items": .array(items)]
    }
}
