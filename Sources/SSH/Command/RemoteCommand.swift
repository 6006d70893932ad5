/// A command line for the other side.
///
/// sshd hands the whole line to the login shell of the user, always; so an argument vector has to be quoted for a
/// POSIX shell before it is sent. Plain words stay as they are, since forced commands compare the line.
package struct RemoteCommand: Sendable, Hashable, CustomStringConvertible {
    /// What is sent, without a NUL byte.
    package let line: String

    /// The arguments, each of which reaches the program exactly as it is here.
    /// - Throws: `configurationInvalid` if there are none, or one holds a NUL, which no argument can.
    package init(_ arguments: [String]) throws(SSHError) {
        guard !arguments.isEmpty else {
            throw SSHError(.configurationInvalid, "a remote command needs a program", wayOut: "give one")
        }
        try Self.refuseNul(in: arguments.joined())
        line = arguments.enumerated()
            .map { Self.needsQuotes($1, isProgram: $0 == 0) ? Self.quoted($1) : $1 }
            .joined(separator: " ")
    }

    /// A line that the remote shell is meant to interpret.
    /// - Throws: `configurationInvalid` if it holds a NUL.
    package init(shellLine line: String) throws(SSHError) {
        try Self.refuseNul(in: line)
        self.line = line
    }

    package var description: String { line }

    /// Single quotes keep everything but a single quote, which is closed over: `'` becomes `'\''`.
    private static func quoted(_ word: String) -> String {
        "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }

    /// `=` and `~` are missing from the plain characters on purpose: `a=b` as the first word is an assignment.
    private static func needsQuotes(_ word: String, isProgram: Bool) -> Bool {
        if word.isEmpty || isProgram && reserved.contains(word) { return true }
        return !word.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: plain.contains(byte)
            }
        }
    }

    private static let plain = Set("@%+:,./-_".utf8)

    /// POSIX.1-2017, Shell Command Language, 2.4, and bash's additions.
    private static let reserved: Set<String> = [
        "case", "do", "done", "elif", "else", "esac", "fi", "for", "function", "if", "in", "select", "then", "time",
        "until", "while", "coproc",
    ]

    private static func refuseNul(in text: String) throws(SSHError) {
        guard !text.utf8.contains(0) else {
            throw SSHError(
                .configurationInvalid, "a remote command can't hold a NUL byte", wayOut: "remove it from the arguments")
        }
    }
}
