import Glibc
import Synchronization

/// One known_hosts file on disk.
struct KnownHostsFile: Sendable {
    let path: String

    private static let limit = 4 << 20

    /// The file's text; nil if there is none.
    func read() throws(SSHError) -> String? {
        // Non-blocking, so that a FIFO in its place can't hang us.
        let number = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard number >= 0 else {
            if errno == ENOENT { return nil }
            throw unusable(errno)
        }
        let file = Descriptor(owning: number)
        var status = stat()
        guard unsafe fstat(file.number, &status) == 0 else { throw unusable(errno) }
        // OpenSSH users switch known_hosts off with /dev/null.
        if status.st_mode & S_IFMT == S_IFCHR { return "" }
        guard status.st_mode & S_IFMT == S_IFREG else { throw unusable("it is no regular file") }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = unsafe Glibc.read(file.number, &buffer, buffer.count)
            guard count >= 0 else { throw unusable(errno) }
            if count == 0 { return String(decoding: bytes, as: UTF8.self) }
            bytes += buffer.prefix(count)
            guard bytes.count <= Self.limit else { throw unusable("it has more than 4 MiB") }
        }
    }

    /// Held while a line is added, so that sessions of this process don't overwrite each other's lines; the directory's
    /// lock does the same between processes.
    private static let adding = Mutex(())

    /// Adds a line: a new file with mode 0600 takes the place of the old one, so that a crash leaves one or the other.
    /// Blocks on the disk and on other writers.
    func add(line: String) throws(SSHError) {
        // Switched off with /dev/null, which no file may take the place of.
        var status = stat()
        if unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFCHR { return }
        try Self.adding.withLock { (_: inout ()) throws(SSHError) in
            // A known_hosts that is a link stays one.
            let target = unsafe realpath(path, nil).map { resolved in
                defer { unsafe free(resolved) }
                return unsafe String(cString: resolved)
            }
            try replace(target ?? path, adding: line)
        }
    }

    private func replace(_ target: String, adding line: String) throws(SSHError) {
        let folder = target.lastIndex(of: "/").map { $0 == target.startIndex ? "/" : String(target[..<$0]) } ?? "."
        if unsafe mkdir(folder, 0o700) != 0, errno != EEXIST { throw unusable(errno) }
        let folderNumber = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folderNumber >= 0 else { throw unusable(errno) }
        let directory = Descriptor(owning: folderNumber)
        guard flock(directory.number, LOCK_EX) == 0 else { throw unusable(errno) }

        var text = try read() ?? ""
        if !text.isEmpty, !text.hasSuffix("\n") { text += "\n" }
        text += line + "\n"

        let temporary = "\(target).\(getpid()).new"
        unsafe unlink(temporary)
        let number = unsafe open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard number >= 0 else { throw unusable(errno) }
        let file = Descriptor(owning: number)
        do throws(SSHError) {
            try write(Array(text.utf8), to: file)
            guard fsync(file.number) == 0, unsafe rename(temporary, target) == 0, fsync(directory.number) == 0 else {
                throw unusable(errno)
            }
        } catch {
            unsafe unlink(temporary)
            throw error
        }
    }

    private func write(_ bytes: [UInt8], to file: Descriptor) throws(SSHError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(file.number, $0.baseAddress, $0.count) }
            guard count > 0 else { throw unusable(errno) }
            rest = rest.dropFirst(count)
        }
    }

    private func unusable(_ number: Int32) -> SSHError { unusable(SSHError.errorText(number)) }

    func unusable(_ reason: String) -> SSHError {
        SSHError(
            .knownHostsUnusable, "the file of known host keys \(UntrustedText.cleaned(path)) can't be used",
            cause: reason, wayOut: "make it a regular file that you can read and write, or name another")
    }
}
