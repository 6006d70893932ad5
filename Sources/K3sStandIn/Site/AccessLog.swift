internal import Glibc

/// A log file that is only ever appended to.
enum AccessLog {
    static func append(_ line: String, to path: String) {
        let file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard file >= 0 else { return Log.error("cannot open \(path): \(String(cString: strerror(errno)))") }
        defer { close(file) }
        do {
            try Files.write(Array(line.utf8), to: file, path: path)
        } catch {
            Log.error("\(error)")
        }
    }
}
