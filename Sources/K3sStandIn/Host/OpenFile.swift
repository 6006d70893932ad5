internal import Glibc

/// A file that is read in pieces; closed when nobody holds it any more.
final class OpenFile: Sendable {
    private let path: String
    private let descriptor: Int32

    init(_ path: String) throws(FileError) {
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        self.path = path
        guard descriptor >= 0 else { throw FileError("open", path) }
    }

    deinit { close(descriptor) }

    /// Exactly `count` bytes; a file that ends before is an error.
    func read(_ count: Int, at offset: Int) throws(FileError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let step = bytes.withUnsafeMutableBytes { buffer in
                pread(descriptor, buffer.baseAddress?.advanced(by: filled), count - filled, off_t(offset + filled))
            }
            if step < 0, errno == EINTR { continue }
            guard step > 0 else { throw FileError("read", path, code: step == 0 ? EIO : errno) }
            filled += step
        }
        return bytes
    }
}
