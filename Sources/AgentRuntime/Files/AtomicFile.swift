internal import Glibc
package import SystemPackage

/// A file that appears at its place whole or not at all, and survives a power loss once it has appeared.
///
/// Written beside its place (same folder, so that the rename stays on one file system), then fsync, rename, fsync of
/// the folder. Dropped without `commit`, it leaves nothing.
package struct AtomicFile: ~Copyable {
    /// Ends every name that is being written, so that leftovers of a power loss can be told and swept.
    package static let suffix = ".k3s-upgrade-new"

    private let destination: FilePath
    private let temporary: FilePath
    private let descriptor: FileDescriptor
    private var committed = false

    /// Starts the file.
    ///
    /// - Parameter owner: nil keeps the user the agent runs as.
    package static func create(
        at destination: FilePath, mode: FilePermissions, owner: FileOwner? = nil
    ) throws(NodeError) -> AtomicFile {
        let temporary = FilePath(destination.string + Self.suffix)
        let descriptor: FileDescriptor
        do {
            // A leftover of ours may be there: it never became visible, so it is worth nothing.
            unlink(temporary.string)
            // Created for nobody else and opened exclusively: neither a link nor a reader can get in between.
            descriptor = try FileDescriptor.open(
                temporary, .writeOnly, options: [.create, .exclusiveCreate, .noFollow, .closeOnExec],
                permissions: .ownerReadWrite)
        } catch {
            throw .file("write", destination, error.errno)
        }
        let file = AtomicFile(destination: destination, temporary: temporary, descriptor: descriptor)
        do throws(Errno) {
            if let owner { try descriptor.setOwner(owner) }
            // After the owner: changing the owner clears the set-id bits of the mode.
            try descriptor.setMode(mode)
        } catch {
            throw .file("set owner and mode of", destination, error)
        }
        return file
    }

    private init(destination: FilePath, temporary: FilePath, descriptor: FileDescriptor) {
        self.destination = destination
        self.temporary = temporary
        self.descriptor = descriptor
    }

    deinit {
        try? descriptor.close()
        if !committed { unlink(temporary.string) }
    }

    /// Takes over the label of the file whose place it takes.
    func keepLabel() throws(NodeError) { try SecurityLabel.carryOver(from: destination, to: descriptor) }

    package func write(_ bytes: some Sequence<UInt8>) throws(NodeError) {
        do {
            try descriptor.writeAll(bytes)
        } catch {
            throw .file("write", destination, error.errno)
        }
    }

    /// Brings what has been written so far onto the disk.
    package func synchronize() throws(NodeError) {
        do throws(Errno) {
            try descriptor.synchronize()
        } catch {
            throw .file("write", destination, error)
        }
    }

    /// Makes the file visible and durable.
    package consuming func commit() throws(NodeError) {
        do throws(Errno) {
            try descriptor.synchronize()
            let (from, to) = (temporary.string, destination.string)
            _ = try systemCall { rename(from, to) }
            committed = true
        } catch {
            throw .file("write", destination, error)
        }
        try Durable.synchronizeFolder(destination.removingLastComponent())
    }
}
