import Glibc

/// A pair of connected sockets between this program and a child: closed in children unless handed over.
struct Pipe {
    let ours: Descriptor
    let theirs: Descriptor

    init() throws(SSHError) {
        var ends: [Int32] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard unsafe socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw SSHError.system("making sockets", errno) }
        ours = Descriptor(owning: ends[0])
        theirs = Descriptor(owning: ends[1])
    }
}
