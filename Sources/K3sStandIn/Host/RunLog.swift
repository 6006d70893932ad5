internal import Glibc

/// The log tests trust: one JSON object a line for every start, ready and stop of this program, and for what the API
/// server was asked to do to nodes and pods. Appended with O_APPEND and fsync, so that several processes can share it
/// and a killed one loses nothing.
struct RunLog: Sendable {
    let path: String
    let version: String
    let role: String
    let node: String

    /// Adds one line. `time` is CLOCK_REALTIME and `boottime` CLOCK_BOOTTIME, both in milliseconds.
    func append(_ event: String, _ details: [String: JSON] = [:]) {
        var line: JSON = [
            "time": .int(Timestamp.now.milliseconds), "boottime": .int(Timestamp.boottimeMilliseconds),
            "event": .string(event), "version": .string(version), "role": .string(role), "node": .string(node),
            "pid": .int(Int(getpid())),
        ]
        for (name, value) in details { line[name] = value }
        do {
            try Files.makeDirectory(Files.directory(of: path))
            let file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
            guard file >= 0 else { throw FileError("open", path) }
            defer { close(file) }
            try Files.write(line.bytes + [0x0A], to: file, path: path)
            guard fsync(file) == 0 else { throw FileError("fsync", path) }
        } catch {
            Log.error("cannot write the run log: \(error)")
        }
    }
}
