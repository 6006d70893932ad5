internal import Glibc
internal import SystemPackage

/// Files of the operator's that nobody else may read.
enum PrivateFile {
    static func isThere(_ path: FilePath) throws(CoordinatorError) -> Bool { try stat(path) != nil }

    /// Refuses a key that others could have read: they may have a copy.
    static func requirePrivate(_ path: FilePath) throws(CoordinatorError) {
        guard let stat = try stat(path) else { return }
        let others: FilePermissions = [.groupReadWriteExecute, .otherReadWriteExecute]
        guard stat.permissions.isDisjoint(with: others) else {
            throw CoordinatorKey.unusable(path, "others than its owner may read it")
        }
    }

    static func remove(_ path: FilePath) throws(CoordinatorError) {
        guard try stat(path) != nil else { return }
        guard Glibc.unlink(path.string) == 0 else {
            throw CoordinatorKey.unusable(path, "it cannot be removed: \(Errno(rawValue: Glibc.errno))")
        }
    }

    private static func stat(_ path: FilePath) throws(CoordinatorError) -> Stat? {
        do throws(Errno) {
            return try Stat(path)
        } catch {
            guard error == .noSuchFileOrDirectory else { throw CoordinatorKey.unusable(path, "\(error)") }
            return nil
        }
    }
}

/// Folders of the operator's that nobody else may look into.
enum PrivateFolder {
    /// Makes the folder and those above it that are missing, with mode 0700; one that exists is left as it is.
    static func ensure(_ path: FilePath) throws(CoordinatorError) {
        guard !path.isEmpty, try !PrivateFile.isThere(path) else { return }
        try ensure(path.removingLastComponent())
        guard Glibc.mkdir(path.string, 0o700) == 0 || Glibc.errno == EEXIST else {
            throw CoordinatorKey.unusable(path, "its folder cannot be made: \(Errno(rawValue: Glibc.errno))")
        }
    }
}
