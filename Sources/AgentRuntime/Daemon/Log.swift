internal import Glibc
internal import Wire

/// The agent's log: lines on standard error with systemd's priorities before them, which the journal reads.
enum Log {
    static func info(_ text: String) { write(6, text) }
    static func error(_ text: String) { write(3, text) }

    static func info(_ event: Event) {
        switch event {
        case .progress(let progress): info("\(progress.step): \(progress.phase.rawValue)")
        case .finished(let outcome):
            let reason = outcome.failure.map { ": \($0.message)" } ?? ""
            info("\(outcome.step): \(outcome.result.rawValue)\(reason)")
        }
    }

    private static func write(_ priority: Int, _ text: String) {
        let line = Array("<\(priority)>\(text.cleaned(limit: 2_000))\n".utf8)
        _ = line.withUnsafeBytes { Glibc.write(2, $0.baseAddress, $0.count) }
    }
}
