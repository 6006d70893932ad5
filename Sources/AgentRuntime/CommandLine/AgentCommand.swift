internal import Glibc
internal import SystemPackage
internal import Wire

/// The agent's command line: few words, no options, since only systemd and sshd give them.
package enum AgentCommand {
    /// - Returns: the exit status.
    package static func run(_ arguments: [String]) async -> Int32 {
        switch arguments.first {
        case "--version" where arguments.count == 1:
            print("k3s-upgrade-agent \(Product.version)")
            return 0
        case "run" where arguments.count == 1: return await serve()
        case "connect" where arguments.count == 1: return connect()
        case PushOrder.word:
            guard let order = PushOrder(words: Array(arguments.dropFirst())) else { return Bridge.fail(usage) }
            return PushBridge.run(order, socket: AgentPlaces.socket)
        case "install" where arguments.count == 1:
            return await orders(InstallDocument.self) { document in
                await AgentInstallation(runner: .children()).install(document)
            }
        case "remove" where arguments.count == 1:
            return await orders(RemoveDocument.self) { document in
                await AgentRemoval(runner: .children()).remove(document)
            }
        default:
            return Bridge.fail(usage)
        }
    }

    private static let usage =
        "usage: k3s-upgrade-agent run | connect | receive SHA256 SIZE VERSION | install | remove | --version"

    private static func serve() async -> Int32 {
        signal(SIGPIPE, SIG_IGN)
        guard let listener = Listener.inherited() else {
            return Bridge.fail("no socket was handed over: start k3s-upgrade-agent.socket")
        }
        let stores = AgentStores()
        let steps = NodeSteps(stores: stores, runner: .children())
        let pushes = PushReceiver(runner: .children())
        pushes.removeUnfinished()
        do throws(NodeError) {
            let daemon = try await AgentDaemon.start(
                stores: stores, nonceSeed: UInt64.random(in: 0...UInt64.max / 2), steps: steps, looks: NodeLooks(steps))
            listener.run(daemon, pushes: pushes)
            return 0
        } catch {
            return Bridge.fail("\(error)")
        }
    }

    /// Root's orders come as one JSON document on standard input; the answer goes to standard output as one line.
    private static func orders<Document: Codable>(
        _: Document.Type, _ carryOut: (Document) async -> InstallReport
    ) async -> Int32 {
        guard getuid() == 0 else { return Bridge.fail("only root may do this: run it through sudo") }
        do {
            let document = try FrameCodec.decodeStrictly(Document.self, from: try standardInput())
            let report = await carryOut(document)
            let line = try FrameCodec.encode(report)
            _ = line.withUnsafeBytes { write(1, $0.baseAddress, $0.count) }
            return report.failure == nil ? 0 : 1
        } catch {
            return Bridge.fail("the orders on standard input cannot be read: \(error)")
        }
    }

    private static func standardInput() throws -> [UInt8] {
        var input: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16 << 10)
        while input.count <= FrameCodec.limit {
            let count = read(0, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            input += buffer[..<count]
        }
        return input
    }

    /// As sshd's forced command: what the coordinator asked for stands in SSH_ORIGINAL_COMMAND.
    private static func connect() -> Int32 {
        guard let asked = getenv("SSH_ORIGINAL_COMMAND").map({ String(cString: $0) }) else {
            return Bridge.fail("this account has no shell: only the coordinator's `connect` and `receive` are served")
        }
        if asked == "connect" { return Bridge.run(socket: AgentPlaces.socket) }
        guard let order = PushOrder(commandLine: asked) else {
            return Bridge.fail("only `connect` and `receive SHA256 SIZE VERSION` are served here")
        }
        return PushBridge.run(order, socket: AgentPlaces.socket)
    }
}
