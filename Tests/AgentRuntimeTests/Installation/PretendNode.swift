import AgentRuntime
import Glibc
import Processes
import Synchronization
import SystemPackage
import Testing

/// A root folder with account files, and systemd and the account programs as far as an installation sees them.
final class PretendNode: Sendable {
    struct Unit {
        var active = false
        var enabled = false
    }

    private struct State {
        var units: [String: Unit] = [:]
        var log: [String] = []
        var missing: Set<String> = []
        var failing: Set<String> = []
        var steps: [String] = []
    }

    let folder: FilePath
    let root: SystemRoot
    /// What is installed as the agent's binary.
    let program: FilePath
    let owner = FileOwner(user: geteuid(), group: getegid())
    private let state = Mutex(State())

    init() throws {
        var template = Array("/tmp/agent-installation.XXXXXX".utf8CString)
        let made = template.withUnsafeMutableBufferPointer { $0.baseAddress.flatMap { mkdtemp($0) } != nil }
        try #require(made)
        folder = FilePath(String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self))
        root = SystemRoot(folder.appending("root"))
        program = folder.appending("agent")
        try Durable.createFolder(root.path("/run/systemd/system"), mode: .ownerReadWriteExecute)
        try Durable.createFolder(root.path("/etc"), mode: .ownerReadWriteExecute)
        try write("/etc/passwd", "root:x:0:0:root:/root:/bin/bash\n")
        try write("/etc/group", "root:x:0:\n")
        try write("/etc/shadow", "root:!:19000:0:99999:7:::\n")
        try replaceProgram("first build")
    }

    deinit { try? Durable.removeTree(folder) }

    var installation: AgentInstallation {
        AgentInstallation(root: root, runner: runner, program: program, owner: owner)
    }

    var removal: AgentRemoval { AgentRemoval(root: root, runner: runner) }

    /// Commands since the last call, as `program argument…`.
    func takeLog() -> [String] {
        state.withLock { state in
            defer { state.log = [] }
            return state.log
        }
    }

    func unit(_ name: String) -> Unit { state.withLock { $0.units[name] ?? Unit() } }
    func lose(_ program: String) { state.withLock { _ = $0.missing.insert(program) } }
    func fail(_ program: String) { state.withLock { _ = $0.failing.insert(program) } }
    func heal(_ program: String) { state.withLock { _ = $0.failing.remove(program) } }
    func run(step: String) { state.withLock { $0.steps.append(step) } }

    func replaceProgram(_ text: String) throws {
        try Durable.replace(program, with: Array(text.utf8), mode: .ownerReadWriteExecute)
    }

    func text(_ path: FilePath) throws -> String? {
        try PlainFile.bytesIfPresent(root.path(path), limit: 1 << 20).map { String(decoding: $0, as: UTF8.self) }
    }

    func write(_ path: FilePath, _ text: String) throws {
        try Durable.replace(root.path(path), with: Array(text.utf8), mode: .ownerReadWrite)
    }

    func mode(_ path: FilePath) throws -> FilePermissions? { try FileFacts(at: root.path(path))?.mode }

    var runner: CommandRunner {
        CommandRunner { (command) async throws(NodeError) -> ChildResult in try self.execute(command) }
    }

    private func execute(_ command: Command) throws(NodeError) -> ChildResult {
        guard case .named(let name) = command.program else { throw NodeError(.commandMissing, "\(command)") }
        let (missing, failing) = state.withLock { state in
            state.log.append(command.description)
            return (state.missing.contains(name), state.failing.contains(name))
        }
        if missing { throw NodeError(.commandMissing, "there is no \(name)") }
        if failing { return ChildResult(ending: .exited(8), errorOutput: "\(name): does not want to") }
        switch name {
        case "systemctl": return systemctl(command.arguments)
        case "systemd-sysusers": try account(password: "!*", shell: "/bin/sh")
        case "useradd": try account(password: "!", shell: "/bin/sh")
        case "usermod": try change(command.arguments)
        case "userdel": try drop("/etc/passwd"); try drop("/etc/shadow")
        case "groupdel": try drop("/etc/group")
        default: throw NodeError(.commandMissing, "there is no \(name)")
        }
        return ChildResult(ending: .exited(0))
    }

    private func systemctl(_ arguments: [String]) -> ChildResult {
        state.withLock { state in
            let name = arguments.last ?? ""
            var output = ""
            switch arguments.first {
            case "show":
                let unit = state.units[name]
                let exists = (try? FileFacts(at: root.path("/etc/systemd/system").appending(name))) ?? nil
                output = """
                    LoadState=\(exists == nil && unit == nil ? "not-found" : "loaded")
                    ActiveState=\(unit?.active == true ? "active" : "inactive")
                    SubState=x
                    UnitFileState=\(unit?.enabled == true ? "enabled" : "disabled")

                    """
            case "start": state.units[name, default: Unit()].active = true
            case "stop": state.units[name, default: Unit()].active = false
            case "enable": state.units[name, default: Unit()].enabled = true
            case "disable": state.units[name, default: Unit()].enabled = false
            case "list-units":
                let own = state.units["k3s-upgrade-agent.service"]?.active == true ? ["k3s-upgrade-agent.service"] : []
                output = (own + state.steps).map { "\($0) loaded active running Something\n" }.joined()
            default: break
            }
            return ChildResult(ending: .exited(0), output: Array(output.utf8))
        }
    }

    private func account(password: String, shell: String) throws(NodeError) {
        // Numbers of this very process, so that a test without root can give files to the account.
        let (user, group) = (max(geteuid(), 990), max(getegid(), 990))
        try append("/etc/passwd", "k3s-upgrade:x:\(user):\(group):agent:/var/lib/k3s-upgrade:\(shell)\n")
        try append("/etc/group", "k3s-upgrade:x:\(group):\n")
        try append("/etc/shadow", "k3s-upgrade:\(password):20000::::::\n")
    }

    private func change(_ arguments: [String]) throws(NodeError) {
        guard let at = arguments.firstIndex(of: "--password"), arguments.count > at + 1 else { return }
        try drop("/etc/shadow")
        try append("/etc/shadow", "k3s-upgrade:\(arguments[at + 1]):20000::::::\n")
    }

    private func append(_ path: FilePath, _ line: String) throws(NodeError) {
        let present = try PlainFile.bytesIfPresent(root.path(path), limit: 1 << 20) ?? []
        try Durable.replace(root.path(path), with: present + Array(line.utf8), mode: .ownerReadWrite)
    }

    private func drop(_ path: FilePath) throws(NodeError) {
        let present = try PlainFile.bytesIfPresent(root.path(path), limit: 1 << 20) ?? []
        let kept = String(decoding: present, as: UTF8.self).split(separator: "\n")
            .filter { !$0.hasPrefix("k3s-upgrade:") }.map { "\($0)\n" }.joined()
        try Durable.replace(root.path(path), with: Array(kept.utf8), mode: .ownerReadWrite)
    }
}
