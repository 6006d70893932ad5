package import SystemPackage

/// Small files of the operator's, read whole within a bound.
package enum BoundedFile {
    package enum Failure: Error, Hashable, Sendable {
        case missing
        case tooLarge(limit: Int)
        case refused(Errno)
    }

    /// - Parameter limit: in bytes; a file that has more is refused, however long it says it is.
    package static func bytes(_ path: FilePath, limit: Int) throws(Failure) -> [UInt8] {
        do {
            // Non-blocking, or a pipe that lies in the way would hold us here for ever.
            let descriptor = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec, .nonBlocking])
            return try descriptor.closeAfter {
                var bytes: [UInt8] = []
                while bytes.count <= limit {
                    let chunk = try [UInt8](unsafeUninitializedCapacity: 64 * 1024) { buffer, count in
                        count = try descriptor.read(into: UnsafeMutableRawBufferPointer(buffer))
                    }
                    guard !chunk.isEmpty else { return bytes }
                    bytes += chunk
                }
                throw Failure.tooLarge(limit: limit)
            }
        } catch let failure as Failure {
            throw failure
        } catch let errno as Errno {
            throw errno == .noSuchFileOrDirectory ? .missing : .refused(errno)
        } catch {
            throw .refused(.ioError)
        }
    }
}

extension BoundedFile.Failure: CustomStringConvertible {
    package var description: String {
        switch self {
        case .missing: "there is no such file"
        case .tooLarge(let limit): "it has more than \(limit) bytes"
        case .refused(let errno): "\(errno)"
        }
    }
}
