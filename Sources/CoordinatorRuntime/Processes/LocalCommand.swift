package import Processes

/// A program to run on the operator's machine, as data: no shell ever reads it.
package struct LocalCommand: Sendable, Hashable {
    package let program: ChildProcess.Program
    /// Visible to every user of the machine: no secrets.
    package let arguments: [String]
    /// Added to the operator's own environment.
    package let environment: [String: String]
    package let input: [UInt8]
    /// After this long the child and its process group are ended.
    package let deadline: Duration
    /// Most bytes taken from standard output; a child that writes more is ended.
    package let outputLimit: Int

    package init(
        _ program: ChildProcess.Program, _ arguments: [String], environment: [String: String] = [:],
        input: [UInt8] = [], deadline: Duration, outputLimit: Int = 64 * 1024
    ) {
        self.program = program
        self.arguments = arguments
        self.environment = environment
        self.input = input
        self.deadline = deadline
        self.outputLimit = outputLimit
    }

    /// The program's name, for messages.
    package var name: String { program.description }
}
