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
        default:
            return Bridge.fail("usage: k3s-upgrade-agent run | connect | --version")
        }
    }

    private static func serve() async -> Int32 {
        signal(SIGPIPE, SIG_IGN)
        guard let listener = Listener.inherited() else {
            return Bridge.fail("no socket was handed over: start k3s-upgrade-agent.socket")
        }
        let stores = AgentStores()
        let steps = NodeSteps(stores: stores, runner: .children())
        do throws(NodeError) {
            let installation = try steps.installation()
            guard let name = NodeName(installation.nodeName) else {
                return Bridge.fail("\(installation.nodeName) is no name of a Kubernetes node")
            }
            let daemon = try await AgentDaemon.start(
                identity: name, stores: stores, nonceSeed: UInt64.random(in: 0...UInt64.max / 2), steps: steps,
                looks: NodeLooks(steps))
            Log.info("k3s-upgrade-agent \(Product.version) serves \(name)")
            listener.run(daemon)
            return 0
        } catch {
            return Bridge.fail("\(error)")
        }
    }

    /// As sshd's forced command: what the coordinator asked for stands in SSH_ORIGINAL_COMMAND.
    private static func connect() -> Int32 {
        guard let asked = getenv("SSH_ORIGINAL_COMMAND").map({ String(cString: $0) }) else {
            return Bridge.fail("this account has no shell: only the coordinator's `connect` is served")
        }
        guard asked == "connect" else {
            return Bridge.fail("only `connect` is served here")
        }
        return Bridge.run(socket: AgentPlaces.socket)
    }
}
