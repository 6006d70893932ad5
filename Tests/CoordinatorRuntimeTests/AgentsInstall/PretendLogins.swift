import CoordinatorRuntime
import Hashing
import Synchronization
import SystemPackage
import Wire

/// A node as an installation sees it: answers each program by what is set, and keeps what was run.
final class PretendLogins: NodeLogins, Sendable {
    struct Answers: Sendable {
        var uid = "1000"
        var sudo = RemoteResult(status: 0)
        var machine = "x86_64"
        var folder = "/tmp/k3s-upgrade.AbCdEf0123"
        var push = RemoteResult(status: 0)
        /// Bytes that the push loses on its way.
        var lost = 0
        var orders = RemoteResult(status: 0, output: Array(#"{"changed":["account"],"product":"0.1.0"}"#.utf8))
        var installed = true
        /// What the key's login answers to a line, by its beginning; the first that fits.
        var lines: [(String, RemoteResult)] = [("connect\n", PretendLogins.hello(1, 1))]
    }

    private struct State {
        var answers = Answers()
        var pushed: [UInt8] = []
        var log: [String] = []
        var input: [UInt8] = []
        var open = 0
    }

    private let state = Mutex(State())

    init(_ change: (inout Answers) -> Void = { _ in }) { state.withLock { change(&$0.answers) } }

    /// `program argument…` of the operator's login, and `key: line` of the agents'.
    var log: [String] { state.withLock { $0.log } }
    /// The last document handed over.
    var document: String { state.withLock { String(decoding: $0.input, as: UTF8.self) } }
    /// Logins not closed.
    var open: Int { state.withLock { $0.open } }

    static func hello(_ oldest: Int, _ newest: Int) -> RemoteResult {
        let line = #"{"features":["leases"],"newest":\#(newest),"oldest":\#(oldest),"product":"0.1.0"}"# + "\n"
        return RemoteResult(status: 0, output: Array(line.utf8))
    }

    func operatorLogin(_ node: InventoryNode) async throws(CoordinatorError) -> Login {
        state.withLock { $0.open += 1 }
        return Login(logins: self, name: "ops@\(node.address)")
    }

    func agentLogin(_ node: InventoryNode) async throws(CoordinatorError) -> Login {
        state.withLock { $0.open += 1 }
        return Login(logins: self, name: "k3s-upgrade@\(node.address)")
    }

    struct Login: RemoteLogin, AgentLogin {
        let logins: PretendLogins
        let name: String

        func run(
            _ arguments: [String], input: [UInt8], deadline: Duration
        ) async throws(CoordinatorError) -> RemoteResult {
            logins.run(arguments, input)
        }

        func run(
            _ arguments: [String], file: FilePath, deadline: Duration
        ) async throws(CoordinatorError) -> RemoteResult {
            let bytes = (try? BoundedFile.bytes(file, limit: 1 << 20)) ?? []
            return logins.push(arguments, bytes)
        }

        func run(line: String, input: [UInt8], deadline: Duration) async throws(CoordinatorError) -> RemoteResult {
            logins.answer(line)
        }

        func close() async { logins.close() }
    }

    private func close() { state.withLock { $0.open -= 1 } }

    private func push(_ arguments: [String], _ bytes: [UInt8]) -> RemoteResult {
        state.withLock { state in
            state.log.append(arguments.joined(separator: " "))
            state.pushed = Array(bytes.dropLast(state.answers.lost))
            return state.answers.push
        }
    }

    private func answer(_ line: String) -> RemoteResult {
        state.withLock { state in
            state.log.append("key: \(line)")
            return state.answers.lines.first { "\(line)\n".hasPrefix($0.0) }?.1
                ?? RemoteResult(status: 1, errorOutput: "k3s-upgrade-agent: refused\n")
        }
    }

    private func run(_ arguments: [String], _ input: [UInt8]) -> RemoteResult {
        state.withLock { state in
            state.log.append(arguments.joined(separator: " "))
            let answers = state.answers
            func said(_ text: String) -> RemoteResult { RemoteResult(status: 0, output: Array("\(text)\n".utf8)) }
            switch arguments.first {
            case "id": return said(answers.uid)
            case "uname": return said(answers.machine)
            case "mktemp": return said(answers.folder)
            case "sha256sum": return said("\(SHA256.hex(of: state.pushed))  \(arguments.last ?? "")")
            case "test": return RemoteResult(status: answers.installed ? 0 : 1)
            case "sudo" where arguments.last == "true": return answers.sudo
            case "chmod", "rm": return RemoteResult(status: 0)
            default:
                state.input = input
                return answers.orders
            }
        }
    }
}
