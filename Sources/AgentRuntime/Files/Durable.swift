internal import Glibc
package import SystemPackage

/// Changes of the file system that are on the disk when they return.
package enum Durable {
    /// Bytes after which a copy under way is flushed: no flush takes so long that the agent answers nobody meanwhile.
    private static let flush: Int64 = 16 << 20

    /// Puts `bytes` at `path` whole, in the place of whatever was there.
    package static func replace(
        _ path: FilePath, with bytes: [UInt8], mode: FilePermissions, owner: FileOwner? = nil
    ) throws(NodeError) {
        let file = try AtomicFile.create(at: path, mode: mode, owner: owner)
        try file.write(bytes)
        try file.commit()
    }

    /// Copies a plain file by streaming, with the source's mode and owner unless told otherwise, and with the label of the
    /// file whose place it takes.
    ///
    /// - Parameter expected: if the bytes on their way are others, nothing is put in place and `hashMismatch` thrown.
    /// - Returns: size and hash of what was written, taken from the very bytes on their way.
    @concurrent @discardableResult
    package static func copy(
        _ source: FilePath, to path: FilePath, mode: FilePermissions? = nil, owner: FileOwner? = nil,
        following: Bool = false, expecting expected: FileDigest? = nil
    ) async throws(NodeError) -> FileDigest {
        let reader = try PlainFile.open(source, following: following)
        let file = try AtomicFile.create(at: path, mode: mode ?? reader.facts.mode, owner: owner ?? reader.facts.owner)
        try file.keepLabel()
        var unflushed: Int64 = 0
        let digest = try await reader.digest { (chunk) throws(NodeError) in
            try file.write(chunk)
            unflushed += Int64(chunk.count)
            guard unflushed >= flush else { return }
            unflushed = 0
            try file.synchronize()
        }
        if let expected { try digest.require(expected, of: source) }
        try file.commit()
        return digest
    }

    /// Makes a folder and those above it that are missing; one that exists gets `mode`, one that is a link is refused.
    package static func createFolder(_ path: FilePath, mode: FilePermissions) throws(NodeError) {
        switch try FileFacts(at: path)?.kind {
        case .folder:
            try setFolderMode(path, mode)
        case .none:
            let parent = path.removingLastComponent()
            if try FileFacts(at: parent, following: true) == nil {
                try createFolder(parent, mode: mode)
            }
            do throws(Errno) {
                _ = try systemCall { mkdir(path.string, mode.rawValue) }
            } catch {
                throw .file("make the folder", path, error)
            }
            try setFolderMode(path, mode)
            try synchronizeFolder(parent)
        default:
            throw NodeError(.fileNotPlain, "\(path) is in the way: a folder has to be there", wayOut: "move it away")
        }
    }

    /// Removes a file or a link; nothing there is fine.
    package static func remove(_ path: FilePath) throws(NodeError) {
        do throws(Errno) {
            _ = try systemCall { unlink(path.string) }
        } catch {
            guard error == .noSuchFileOrDirectory else { throw .file("remove", path, error) }
            return
        }
        try synchronizeFolder(path.removingLastComponent())
    }

    /// Removes a folder and all in it, links themselves and not what they point to; nothing there is fine.
    package static func removeTree(_ path: FilePath) throws(NodeError) {
        guard try FileFacts(at: path)?.kind == .folder else { return try remove(path) }
        for name in try Folder.names(in: path) {
            try removeTree(path.appending(name))
        }
        do throws(Errno) {
            _ = try systemCall { rmdir(path.string) }
        } catch {
            guard error == .noSuchFileOrDirectory else { throw .file("remove", path, error) }
        }
        try synchronizeFolder(path.removingLastComponent())
    }

    /// Renames within one file system, durably at both ends.
    package static func move(_ source: FilePath, to path: FilePath) throws(NodeError) {
        do throws(Errno) {
            _ = try systemCall { rename(source.string, path.string) }
        } catch {
            throw .file("move \(source) to", path, error)
        }
        try synchronizeFolder(path.removingLastComponent())
        try synchronizeFolder(source.removingLastComponent())
    }

    /// Makes a finished file durable under its final name and mode: fsync, rename, fsync of the folders.
    package static func settle(
        _ source: FilePath, at path: FilePath, mode: FilePermissions
    ) throws(NodeError) {
        try withOpen(source, [.noFollow], or: "open") { (descriptor) throws(NodeError) in
            try SecurityLabel.carryOver(from: path, to: descriptor)
            do throws(Errno) {
                try descriptor.setMode(mode)
                try descriptor.synchronize()
            } catch {
                throw .file("write", source, error)
            }
            try move(source, to: path)
        }
    }

    /// What a file or a folder holds is on the disk when this returns, whoever wrote it.
    package static func synchronize(_ path: FilePath) throws(NodeError) {
        try withOpen(path, [.nonBlocking], or: "open") { (descriptor) throws(NodeError) in
            do throws(Errno) {
                try descriptor.synchronize()
            } catch {
                // Where nothing can be written nothing waits to be.
                guard ![.invalidArgument, .notSupported, .readOnlyFileSystem].contains(error) else { return }
                throw .file("write", path, error)
            }
        }
    }

    /// A rename is on the disk only when its folder is.
    package static func synchronizeFolder(_ path: FilePath) throws(NodeError) {
        try openFolder(path) { (descriptor) throws(Errno) in try descriptor.synchronize() }
    }

    private static func setFolderMode(_ path: FilePath, _ mode: FilePermissions) throws(NodeError) {
        try openFolder(path) { (descriptor) throws(Errno) in try descriptor.setMode(mode) }
    }

    private static func openFolder(
        _ path: FilePath, _ body: (FileDescriptor) throws(Errno) -> Void
    ) throws(NodeError) {
        let place = path.isEmpty ? FilePath(".") : path
        try withOpen(place, [.directory], or: "open the folder") { (descriptor) throws(NodeError) in
            do throws(Errno) {
                try body(descriptor)
            } catch {
                throw .file("sync the folder", place, error)
            }
        }
    }

    /// - Parameter attempt: what cannot be done, in an error's words, where it cannot be opened.
    private static func withOpen(
        _ path: FilePath, _ options: FileDescriptor.OpenOptions, or attempt: String,
        _ body: (FileDescriptor) throws(NodeError) -> Void
    ) throws(NodeError) {
        let descriptor: FileDescriptor
        do {
            descriptor = try FileDescriptor.open(path, .readOnly, options: options.union(.closeOnExec))
        } catch {
            throw .file(attempt, path, error.errno)
        }
        defer { try? descriptor.close() }
        try body(descriptor)
    }
}
