import AgentRuntime
import Processes
import Synchronization

/// A runner that answers by a function and remembers what it was asked.
final class ScriptedRunner: Sendable {
    private let asked = Mutex<[Command]>([])
    private let answer: @Sendable (Command) throws(NodeError) -> ChildResult

    init(_ answer: @escaping @Sendable (Command) throws(NodeError) -> ChildResult) { self.answer = answer }

    var runner: CommandRunner {
        CommandRunner { (command) async throws(NodeError) -> ChildResult in
            self.asked.withLock { $0.append(command) }
            return try self.answer(command)
        }
    }

    var commands: [Command] { asked.withLock { $0 } }
}

extension ChildResult {
    static func printed(_ text: String, error: String = "", status: Int32 = 0) -> ChildResult {
        ChildResult(ending: .exited(status), output: Array(text.utf8), errorOutput: error)
    }
}
