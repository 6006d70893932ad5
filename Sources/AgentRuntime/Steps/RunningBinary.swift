internal import Glibc
internal import SystemPackage

/// The binary that a process was started from, told by its inode: a rename over the file leaves an old process on the
/// old inode.
enum RunningBinary {
    /// Whether the process runs the very file that is at `binary` now. False for a process that is gone.
    static func isInstalled(process: Int32, binary: FilePath) -> Bool {
        var running = stat()
        guard stat("/proc/\(process)/exe", &running) == 0 else { return false }
        var installed = stat()
        guard stat(binary.string, &installed) == 0 else { return false }
        return running.st_ino == installed.st_ino && running.st_dev == installed.st_dev
    }
}
