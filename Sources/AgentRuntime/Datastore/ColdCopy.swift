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

    /// Whether a copy in this folder was carried through: the database itself comes last.
    package static func isWhole(of database: FilePath, in folder: FilePath) throws(NodeError) -> Bool {
        guard let name = database.lastComponent else { return false }
        return try FileFacts(at: folder.appending(name)) != nil
    }

    /// Copies the files that exist into a folder, mode 0600, durably, in place of all that is there. The caller knows that
    /// k3s has stopped.
    ///
    /// - Returns: digests by file name; nil, and nothing done, if the copy would leave less than `reserve` bytes free.
    package static func take(
        of database: FilePath, to folder: FilePath, reserve: Int64
    ) async throws(NodeError) -> [String: FileDigest]? {
        guard try FreeSpace(at: folder).bytes - size(of: database) >= reserve else { return nil }
        // A log that an attempt left which was cut short is none of another time's database.
        try Durable.removeTree(folder)
        try Durable.createFolder(folder, mode: .ownerReadWriteExecute)
        var digests: [String: FileDigest] = [:]
        for file in files(of: database).reversed() {
            guard let name = file.lastComponent, try FileFacts(at: file) != nil else { continue }
            digests[name.string] = try await Durable.copy(
                file, to: folder.appending(name), mode: .ownerReadWrite, owner: .current)
        }
        return digests
    }
}
