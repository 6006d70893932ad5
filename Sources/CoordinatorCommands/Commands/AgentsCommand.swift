internal import ArgumentParser
internal import CoordinatorRuntime
internal import Glibc
internal import SSH
internal import SystemPackage
internal import Wire

/// `coordinator agents …`
struct AgentsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "agents", abstract: "Installs, updates, asks and removes the agents on the nodes.",
        subcommands: [Install.self, Status.self, Remove.self])

    /// With the operator beside the terminal.
    private static func operatorLogins(
        _ inventory: Inventory, _ hostKeys: @escaping @Sendable (InventoryNode) -> HostKeyPolicy = { _ in .strict }
    ) -> SSHLogins {
        let prompts = PassphrasePrompts()
        return SSHLogins(inventory: inventory, hostKeys: hostKeys, passphrase: { prompts.prompt() }) {
            Console.note("warning: \($0)")
        }
    }

    /// Also updates.
    struct Install: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Installs or updates the agent on every node, by the operator's own sudo login.",
            aliases: ["update"])

        @OptionGroup var common: CommonOptions
        @Option(
            help: ArgumentHelp(
                "The static agent program for the nodes; if not given, k3s-upgrade-agent beside this program.",
                valueName: "file"))
        var agent: String?
        @Option(help: ArgumentHelp("Where on the nodes files are laid that are needed only now.", valueName: "folder"))
        var remoteTemporary = "/tmp"
        @Flag(help: "Take the keys of hosts that are not known yet; each is shown. A changed key is never taken.")
        var acceptNewHostKeys = false
        @Flag(help: "Take back the keys of other coordinators.") var onlyThisKey = false
        @Flag(help: "Write the node's policy anew, even if it has one.") var replacePolicy = false
        @Flag(help: "Let the nodes take releases that the coordinator pushes, if their release site lists them.")
        var allowPushedArtifacts = false

        func run() async throws {
            let inventory = try common.load()
            let program = try agent.map { try AgentProgram(at: FilePath($0)) } ?? .besideThisProgram()
            let key = try await CoordinatorKey.ensure(
                at: FilePath(OperatorPath.expanded(inventory.ssh.key)), comment: "k3s-upgrade coordinator",
                commands: .children())
            let document = InstallDocument(
                key: key.publicKey, onlyThisKey: onlyThisKey,
                policy: NodePolicy(
                    releases: "\(inventory.release.releases)", installer: "\(inventory.release.installer)",
                    acceptsPushedArtifacts: allowPushedArtifacts),
                replacePolicy: replacePolicy)
            let hostKeys = { @Sendable [acceptNewHostKeys] (node: InventoryNode) -> HostKeyPolicy in
                guard acceptNewHostKeys else { return .strict }
                return .acceptNew { key in
                    Console.note("new host key of \(node.name) (\(node.address)) accepted: \(key)")
                    return true
                }
            }
            let installer = AgentsInstall(
                logins: AgentsCommand.operatorLogins(inventory, hostKeys), temporary: remoteTemporary)
            var failed: CoordinatorError?
            for (node, result) in await concurrently(
                inventory.inOrder,
                { node throws(CoordinatorError) in
                    try await installer.install(program, document, on: node)
                })
            {
                switch result {
                case .success(let agent):
                    let changed =
                        agent.report.changed.isEmpty ? "nothing to change" : "\(agent.report.changed.count) changes"
                    Console.print([
                        "\(node.name): agent \(agent.hello.product.cleaned(limit: 40)) answers (\(changed)); "
                            + "the key opens no shell and no other command"
                    ])
                case .failure(let error):
                    failed = failed ?? error
                    Console.complain(about: error)
                }
            }
            if let failed { throw ExitCode(ExitStatus(failed.kind).rawValue) }
        }
    }

    struct Status: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Whether every node's agent answers.")

        @OptionGroup var common: CommonOptions

        func run() async throws {
            let inventory = try common.load()
            var failed = false
            for status in await AgentsStatus(logins: SSHLogins(inventory: inventory)).status(of: inventory.inOrder) {
                if let hello = status.hello {
                    Console.print(["\(status.node): agent \(hello.product.cleaned(limit: 40))"])
                } else if let problem = status.problem {
                    failed = true
                    Console.complain(about: problem)
                }
            }
            if failed { throw ExitCode(ExitStatus.unreachable.rawValue) }
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Takes the agent off every node, by the operator's own sudo login.")

        @OptionGroup var common: CommonOptions
        @Flag(help: "Also remove the journal, the rollback kits and the snapshots: there is no way back then.")
        var purge = false

        func run() async throws {
            let inventory = try common.load()
            let installer = AgentsInstall(logins: AgentsCommand.operatorLogins(inventory))
            var failed: CoordinatorError?
            for (node, result) in await concurrently(
                inventory.inOrder,
                { node throws(CoordinatorError) in
                    try await installer.remove(RemoveDocument(purge: purge), from: node)
                })
            {
                switch result {
                case .success(let report):
                    Console.print(["\(node.name): \(report.changed.isEmpty ? "there was no agent" : "removed")"])
                case .failure(let error):
                    failed = failed ?? error
                    Console.complain(about: error)
                }
            }
            if let failed { throw ExitCode(ExitStatus(failed.kind).rawValue) }
        }
    }
}
