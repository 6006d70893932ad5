package import Processes

/// A program to run, as data: no shell ever reads it.
package struct Command: Sendable, Equatable {
    /// Where programs are looked up, and the PATH that a child gets.
    package static let path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

    /// A name is looked up in `Command.path`.
    package let program: ChildProcess.Program
    /// Visible to every user of the node in /proc: no secrets.
    package let arguments: [String]
    /// All that the child gets; nothing is inherited.
    package let environment: [String: String]
    /// What the child reads on its standard input.
    package let input: [UInt8]
    /// After this long the child and its process group are ended.
    package let deadline: Duration
    /// Most bytes taken from standard output; a child that writes more is ended.
    package let outputLimit: Int

    package init(
        _ program: ChildProcess.Program, _ arguments: [String], environment: [String: String] = [:],
        input: [UInt8] = [], deadline: Duration, outputLimit: Int = 256 * 1024
    ) {
        self.program = program
        self.arguments = arguments
        // C keeps the messages of all programs in one language, UTC keeps their times comparable.
        self.environment = ["PATH": Self.path, "LC_ALL": "C", "TZ": "UTC"].merging(environment) { _, given in given }
        self.input = input
        self.deadline = deadline
        self.outputLimit = outputLimit
    }
}

extension Command: CustomStringConvertible {
    /// Program and arguments, for messages.
    package var description: String { ([program.description] + arguments).joined(separator: " ") }
}
