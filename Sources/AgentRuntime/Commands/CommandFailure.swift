package import Processes

/// A command that did not do its work; the message is short, standard error is kept whole as far as it was kept.
package struct CommandFailure: Error, Sendable, Equatable {
    package let command: String
    /// Nil if it never started or had to be ended.
    package let ending: ChildResult.Ending?
    package let errorOutput: String

    package init(command: Command, ending: ChildResult.Ending?, errorOutput: String) {
        self.command = command.description
        self.ending = ending
        self.errorOutput = errorOutput
    }
}

extension CommandFailure: CustomStringConvertible {
    /// The ending and the last line of standard error: enough for one line of a report.
    package var description: String {
        let last = errorOutput.split(whereSeparator: \.isNewline).last.map { String($0.prefix(300)) }
        return [ending?.description, last].compactMap(\.self).joined(separator: ": ")
    }
}

extension NodeError.Code {
    package static let commandMissing = Self(rawValue: "command-missing")
    package static let commandNotStarted = Self(rawValue: "command-not-started")
    package static let commandFailed = Self(rawValue: "command-failed")
    /// A command did not end within its deadline and was ended.
    package static let commandTimedOut = Self(rawValue: "command-timed-out")
    package static let commandOutputTooLarge = Self(rawValue: "command-output-too-large")
}

extension NodeError {
    /// The failure underneath, if a command is what failed.
    package var commandFailure: CommandFailure? {
        cause as? CommandFailure ?? (cause as? NodeError)?.commandFailure
    }
}
