internal import Glibc
internal import SystemPackage

/// A C call that says -1 and sets errno, as a Swift one that throws; repeated when a signal interrupted it.
func systemCall<Number: FixedWidthInteger>(_ call: () -> Number) throws(Errno) -> Number {
    while true {
        let result = call()
        guard result == -1 else { return result }
        let reason = Errno(rawValue: errno)
        guard reason == .interrupted else { throw reason }
    }
}

extension FileDescriptor {
    /// fsync: returns when the bytes are on the disk.
    func synchronize() throws(Errno) {
        _ = try systemCall { fsync(rawValue) }
    }

    func setMode(_ mode: FilePermissions) throws(Errno) {
        _ = try systemCall { fchmod(rawValue, mode.rawValue) }
    }

    func setOwner(_ owner: FileOwner) throws(Errno) {
        _ = try systemCall { fchown(rawValue, owner.user, owner.group) }
    }
}

extension Error {
    /// The errno of a call whose signature does not say that it throws nothing else.
    var errno: Errno { self as? Errno ?? .ioError }
}
