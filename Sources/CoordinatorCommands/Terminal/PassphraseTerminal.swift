internal import Dispatch
internal import Glibc
internal import Wire

/// A line that is typed on a terminal and not shown.
package enum PassphraseTerminal {
    /// Nil where there is no terminal, or nobody answers.
    package static func ask(_ file: String) async -> String? {
        guard isatty(0) == 1, isatty(2) == 1 else { return nil }
        let prompt = "passphrase for \(file.cleaned(limit: 500)): "
        return await withCheckedContinuation { answer in
            DispatchQueue.global().async { answer.resume(returning: read(prompt, from: 0, to: 2)) }
        }
    }

    /// In milliseconds, for the next key.
    private static let patience: Int32 = 300_000
    private static let limit = 1024

    /// Blocks. Ctrl-C gives the terminal back as it was before it ends the program, which is why keys are read one by one.
    package static func read(_ prompt: String, from input: Int32, to output: Int32) -> String? {
        var before = termios()
        guard tcgetattr(input, &before) == 0 else { return nil }
        var quiet = before
        quiet.c_lflag &= ~tcflag_t(ECHO | ICANON | ISIG)
        guard tcsetattr(input, TCSAFLUSH, &quiet) == 0 else { return nil }
        defer { tcsetattr(input, TCSANOW, &before) }
        write(prompt, to: output)
        defer { write("\n", to: output) }
        var typed: [UInt8] = []
        while typed.count < limit, let key = nextKey(input) {
            switch key {
            case 0x0a, 0x0d: return String(decoding: typed, as: UTF8.self)
            case 0x7f, 0x08: eraseLast(&typed)
            case 0x15: typed = []
            case 0x04 where typed.isEmpty: return nil
            case 0x03, 0x1c:
                tcsetattr(input, TCSANOW, &before)
                kill(getpid(), SIGINT)
                return nil
            default: typed.append(key)
            }
        }
        return nil
    }

    /// A character of UTF-8, and not the last byte of one.
    private static func eraseLast(_ typed: inout [UInt8]) {
        while let byte = typed.popLast(), byte & 0xc0 == 0x80 {}
    }

    private static func nextKey(_ input: Int32) -> UInt8? {
        while true {
            var wait = pollfd(fd: input, events: Int16(POLLIN), revents: 0)
            let ready = poll(&wait, 1, patience)
            if ready < 0, errno == EINTR { continue }
            guard ready > 0 else { return nil }
            var key: UInt8 = 0
            let count = Glibc.read(input, &key, 1)
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            return count == 1 ? key : nil
        }
    }

    private static func write(_ text: String, to output: Int32) {
        let bytes = Array(text.utf8)
        _ = bytes.withUnsafeBytes { Glibc.write(output, $0.baseAddress, $0.count) }
    }
}
