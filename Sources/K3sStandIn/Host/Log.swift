internal import Glibc

/// K3s' own log lines: logfmt on standard error.
enum Log {
    static func info(_ message: String) { write("info", message) }
    static func warning(_ message: String) { write("warning", message) }
    static func error(_ message: String) { write("error", message) }

    /// Says why and ends the process with status 1, as K3s' fatal lines do.
    static func fatal(_ message: String) -> Never {
        write("fatal", message)
        exit(1)
    }

    private static func write(_ level: String, _ message: String) {
        let line = "time=\"\(Timestamp.now.time)\" level=\(level) msg=\(JSON.string(message).text)\n"
        try? Files.write(Array(line.utf8), to: STDERR_FILENO, path: "standard error")
    }
}
