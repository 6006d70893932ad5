import Glibc
import SystemPackage

/// Makes a symbolic link.
func symbolicLink(to target: FilePath, at path: FilePath) throws {
    guard symlink(target.string, path.string) == 0 else { throw Errno(rawValue: errno) }
}
