internal import ArgumentParser
internal import CoordinatorRuntime
internal import Wire

/// `coordinator rollback --node WORKER`
struct RollbackCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback", abstract: "Brings a worker back to the version it had, out of its rollback kit.")

    @OptionGroup var common: CommonOptions
    @Option(
        help: ArgumentHelp("The worker.", valueName: "node"),
        transform: NodeName.argument)
    var node: NodeName
    @OptionGroup var policy: PolicyOptions
    @OptionGroup var lock: LockOptions
    @OptionGroup var option: SupersedeOption

    func run() async throws {
        let inventory = try common.load()
        guard inventory.node(node) != nil else { throw CoordinatorError.unknown(node, in: inventory) }
        try await AgentLinks.with(inventory) { links in try await run(over: links) }
    }

    private func run(over links: AgentLinks) async throws {
        let preparation = UpgradePreparation(links: links, policy: policy, supersede: option.supersede)
        let outcome = try await preparation.prepareRollback(of: node)
        guard
            let prepared = try UpgradePreparation.ready(
                outcome, nothingToDo: "\(node) is on its former version already", output: common.output)
        else { return }
        try lock.check(against: prepared, in: links.inventory)
        try await RunCommandLine(
            links: links, prepared: prepared, takeOver: lock.takeOver,
            supersede: option.supersede || prepared.supersedes, assumeDown: lock.assumeDown, output: common.output
        ).run()
    }
}
