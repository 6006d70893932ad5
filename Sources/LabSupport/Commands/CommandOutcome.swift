/// How a command ended, and what it said.
package struct CommandOutcome: Sendable, Hashable, CustomStringConvertible {
    package enum Status: Sendable, Hashable {
        case exited(Int32)
        case signalled(Int32)
    }

    package let argv: [String]
    package let status: Status
    /// Standard output, as it came.
    package let bytes: [UInt8]
    /// Standard error; what is no UTF-8 is replaced.
    package let errors: String

    package init(argv: [String], status: Status, bytes: [UInt8], errors: String) {
        self.argv = argv
        self.status = status
        self.bytes = bytes
        self.errors = errors
    }

    /// Standard output as text; what is no UTF-8 is replaced.
    package var output: String { String(decoding: bytes, as: UTF8.self) }

    /// Standard output without the line break at its end.
    package var line: String {
        var text = output[...]
        while text.last == "\n" { text.removeLast() }
        return String(text)
    }

    package var succeeded: Bool { status == .exited(0) }

    /// Throws `commandFailed`, with everything the command said, unless it exited with 0.
    @discardableResult
    package func checked() throws(LabError) -> CommandOutcome {
        guard succeeded else {
            throw LabError(.commandFailed, "\(argv.joined(separator: " ")): \(status)", cause: errors + output)
        }
        return self
    }

    package var description: String { "\(argv.joined(separator: " ")): \(status)\n\(output)\(errors)" }
}
