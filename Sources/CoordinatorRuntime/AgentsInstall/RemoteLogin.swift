package import SystemPackage
internal import Wire

/// The operator's own login on a node, which may become root by sudo.
package protocol RemoteLogin: Sendable {
    /// `ops@192.168.2.20`, for messages.
    var name: String { get }

    /// Runs a program to its end; a status other than 0 is a result, not an error. Every argument reaches the program
    /// as it is.
    func run(
        _ arguments: [String], input: [UInt8], deadline: Duration
    ) async throws(CoordinatorError) -> RemoteResult

    /// Streams a local file to a program's standard input.
    func run(
        _ arguments: [String], file: FilePath, deadline: Duration
    ) async throws(CoordinatorError) -> RemoteResult

    func close() async
}

extension RemoteLogin {
    func run(_ arguments: [String], deadline: Duration = .seconds(30)) async throws(CoordinatorError) -> RemoteResult {
        try await run(arguments, input: [], deadline: deadline)
    }
}

/// The coordinator's login on a node, which leads to the agent and nowhere else.
package protocol AgentLogin: Sendable {
    /// Sends one command line as it is.
    func run(line: String, input: [UInt8], deadline: Duration) async throws(CoordinatorError) -> RemoteResult

    func close() async
}

/// How a program on a node ended and what it wrote.
package struct RemoteResult: Hashable, Sendable {
    /// Nil where it was ended by a signal or told no status.
    package let status: Int32?
    package let output: [UInt8]
    /// The end of standard error; from the node, so never shown as it is.
    package let errorOutput: String

    package init(status: Int32?, output: [UInt8] = [], errorOutput: String = "") {
        self.status = status
        self.output = output
        self.errorOutput = errorOutput
    }

    package var succeeded: Bool { status == 0 }

    package var text: String { String(decoding: output, as: UTF8.self) }

    /// The ending and the last line of standard error, fit to be shown.
    package var brief: String {
        let ending = status.map { "exit status \($0)" } ?? "no exit status"
        guard let last = errorOutput.split(whereSeparator: \.isNewline).last else { return ending }
        return "\(ending): \(last.description.cleaned(limit: 300))"
    }
}

/// Opens both kinds of login.
package protocol NodeLogins: Sendable {
    associatedtype Operator: RemoteLogin
    associatedtype Agent: AgentLogin

    func operatorLogin(_ node: InventoryNode) async throws(CoordinatorError) -> Operator
    func agentLogin(_ node: InventoryNode) async throws(CoordinatorError) -> Agent
}
