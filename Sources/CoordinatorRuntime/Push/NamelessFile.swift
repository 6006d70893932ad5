internal import Glibc
internal import SystemPackage

/// A file for large bytes that are needed only now: it has no name, so that nothing is left of it however this process
/// ends.
final class NamelessFile: Sendable {
    private let descriptor: FileDescriptor

    /// In `TMPDIR`, or else in /var/tmp: /tmp is memory on many machines.
    init() throws(CoordinatorError) {
        let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/var/tmp"
        let path = FilePath(folder).appending("k3s-upgrade.\(String(UInt64.random(in: .min ... .max), radix: 16))")
        do {
            descriptor = try FileDescriptor.open(
                path, .readWrite, options: [.create, .exclusiveCreate, .noFollow, .closeOnExec],
                permissions: .ownerReadWrite)
        } catch {
            throw CoordinatorError(
                .temporaryFileFailed, .failed, "cannot make a temporary file in \(folder)", cause: error,
                wayOut: "name another folder in the environment variable TMPDIR")
        }
        unlink(path.string)
    }

    deinit { try? descriptor.close() }

    /// Where a child of this process can open it, as proc(5) says, though it has no name.
    var path: FilePath { FilePath("/proc/\(getpid())/fd/\(descriptor.rawValue)") }

    /// Bytes from `offset` on, at most `limit`; none at the end. Safe from several tasks at once. Off the caller's
    /// actor: the disk may be slow.
    @concurrent
    func bytes(from offset: Int64, limit: Int) async throws(CoordinatorError) -> [UInt8] {
        do {
            return try [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
                count = try descriptor.read(
                    fromAbsoluteOffset: offset, into: UnsafeMutableRawBufferPointer(buffer))
            }
        } catch {
            throw CoordinatorError(
                .temporaryFileFailed, .failed, "cannot read a temporary file", cause: error,
                wayOut: "look at the disk that holds it")
        }
    }
}

extension CoordinatorError.Code {
    package static let temporaryFileFailed = Self(rawValue: "temporary-file-failed")
}
