internal import ArgumentParser
internal import CoordinatorRuntime
internal import Glibc
internal import Wire

/// What a command writes: facts to standard output, everything else to standard error.
enum Console {
    static func print(_ lines: [String]) { write(lines.map { "\($0)\n" }.joined(), to: 1) }

    static func note(_ line: String) { write("\(line)\n", to: 2) }

    /// Why a command ends without having done what it was asked.
    static func complain(about error: any Error) {
        switch error {
        case is ExitCode: break
        case let error as CoordinatorError: note("coordinator: \(error)".cleaned(limit: 4_000))
        case let error as InventoryError: note("\(error)")
        case is CancellationError: note("coordinator: interrupted")
        default:
            let text = CoordinatorCommand.fullMessage(for: error)
            if CoordinatorCommand.exitCode(for: error) == .success {
                write("\(text)\n", to: 1)
            } else if !text.isEmpty {
                note(text)
            }
        }
    }

    /// In milliseconds.
    private static let patience: Int32 = 10_000

    static func write(_ text: String, to descriptor: Int32, patience: Int32 = patience) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            // Somebody who shares it has made it non-blocking; who reads nothing for so long has gone.
            if count < 0, errno == EAGAIN {
                var wait = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                guard poll(&wait, 1, patience) > 0 || errno == EINTR else { return }
                continue
            }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
