import Glibc
import Synchronization

/// A file descriptor that closes itself, once.
final class Descriptor: Sendable {
    let number: Int32

    init(owning number: Int32) { self.number = number }

    deinit { Glibc.close(number) }

    /// `/dev/null`, open for reading and writing.
    static func nowhere() throws(SSHError) -> Descriptor {
        let number = unsafe open("/dev/null", O_RDWR | O_CLOEXEC)
        guard number >= 0 else { throw SSHError.system("opening /dev/null", errno) }
        return Descriptor(owning: number)
    }

    /// Another descriptor for the same open file, with a life of its own.
    func duplicate() throws(SSHError) -> Int32 {
        let copy = fcntl(number, F_DUPFD_CLOEXEC, 0)
        guard copy >= 0 else { throw SSHError.system("duplicating a socket", errno) }
        return copy
    }

    func setNonBlocking() throws(SSHError) {
        let flags = fcntl(number, F_GETFL)
        guard flags >= 0, fcntl(number, F_SETFL, flags | O_NONBLOCK) == 0 else {
            throw SSHError.system("making a socket non-blocking", errno)
        }
    }
}
