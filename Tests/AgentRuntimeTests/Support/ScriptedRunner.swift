import AgentRuntime
import Synchronization

/// A runner that answers by a function and remembers what it was asked.
final class ScriptedRunner: Sendable {
    private let asked = Mutex<[Command]>([])
    private let answer: @Sendable (Command) throws(NodeError) -> CommandResult

    init(_ answer: @escaping @Sendable (Command) throws(NodeError) -> CommandResult) { self.answer = answer }

    var runner: CommandRunner {
        CommandRunner { (command) async throws(NodeError) -> CommandResult in
            self.asked.withLock { $0.append(command) }
            return try self.answer(command)
        }
    }

    var commands: [Command] { asked.withLock { $0 } }
}

extension CommandResult {
    static func printed(_ text: String, error: String = "", status: Int32 = 0) -> CommandResult {
        CommandResult(ending: .exited(status), output: Array(text.utf8), errorOutput: error)
    }
}
