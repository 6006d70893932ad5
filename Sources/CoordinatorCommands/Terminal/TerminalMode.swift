internal import Glibc

/// How progress is shown.
package enum TerminalMode: Hashable, Sendable {
    /// A table, drawn again in its place.
    case live
    /// One line for each thing that is new.
    case plain

    /// - Parameter kind: the environment's TERM.
    package static func choose(isTerminal: Bool, kind: String?) -> TerminalMode {
        guard isTerminal, let kind, !kind.isEmpty, kind != "dumb" else { return .plain }
        return .live
    }

    /// For a file descriptor of this process.
    package static func of(_ descriptor: Int32) -> TerminalMode {
        choose(isTerminal: isatty(descriptor) == 1, kind: getenv("TERM").map { String(cString: $0) })
    }
}

/// In characters.
package struct TerminalSize: Hashable, Sendable {
    package let columns: Int
    package let rows: Int

    package init(columns: Int, rows: Int) {
        self.columns = columns
        self.rows = rows
    }

    /// What terminals have had since the VT100, where one does not tell.
    package static let usual = TerminalSize(columns: 80, rows: 24)

    package static func of(_ descriptor: Int32) -> TerminalSize {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else { return usual }
        return TerminalSize(columns: Int(size.ws_col), rows: Int(size.ws_row))
    }
}
