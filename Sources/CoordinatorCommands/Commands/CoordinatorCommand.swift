package import ArgumentParser
internal import CoordinatorRuntime
internal import Glibc
internal import Wire

/// The command line of the operator's machine.
package struct CoordinatorCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "coordinator", abstract: "Upgrades a small K3s cluster, one node after another, and back.",
        version: "coordinator \(Product.version)",
        subcommands: [
            AgentsCommand.self, StatusCommand.self, CheckCommand.self, PlanCommand.self, UpgradeCommand.self,
            VerifyCommand.self, RollbackCommand.self, ReleaseCommand.self,
        ])

    package init() {}

    /// Runs the command line of this process and ends it, with one of `ExitStatus`.
    package static func start() async -> Never {
        // A pipe that closes must end a write, not an upgrade.
        signal(SIGPIPE, SIG_IGN)
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
            Glibc.exit(ExitStatus.done.rawValue)
        } catch {
            Console.complain(about: error)
            Glibc.exit(ExitStatus(error, argumentParserCode: exitCode(for: error)).rawValue)
        }
    }
}
