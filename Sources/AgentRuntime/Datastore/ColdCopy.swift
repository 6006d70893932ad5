package import SystemPackage

/// A plain copy of a SQLite database that nobody has open, with what lies beside it: `state.db`, `-wal`, `-shm`.
package enum ColdCopy {
    package static func files(of database: FilePath) -> [FilePath] {
        ["", "-wal", "-shm"].map { database.appendingSuffix($0) }
    }

    /// Bytes it would take.
    package static func size(of database: FilePath) throws(NodeError) -> Int64 {
        var sum: Int64 = 0
        for file in files(of: database) { sum += try FileFacts(at: file)?.size ?? 0 }
        return sum
    }

    /// Copies the files that exist into a folder, mode 0600, durably. The caller knows that k3s has stopped.
    ///
    /// - Returns: digests by file name; nil, and nothing done, if the copy would leave less than `reserve` bytes free.
    package static func take(
        of database: FilePath, to folder: FilePath, reserve: Int64
    ) async throws(NodeError) -> [String: FileDigest]? {
        guard try FreeSpace(at: folder).bytes - size(of: database) >= reserve else { return nil }
        try Durable.createFolder(folder, mode: .ownerReadWriteExecute)
        var digests: [String: FileDigest] = [:]
        for file in files(of: database) {
            guard let name = file.lastComponent, try FileFacts(at: file) != nil else { continue }
            digests[name.string] = try await Durable.copy(
                file, to: folder.appending(name), mode: .ownerReadWrite, owner: .current)
        }
        return digests
    }
}
