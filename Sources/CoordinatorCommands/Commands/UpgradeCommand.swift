internal import ArgumentParser
internal import CoordinatorRuntime
internal import Wire

/// `coordinator upgrade --to V`: does it; the same command again takes up an interrupted run.
struct UpgradeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "upgrade",
        abstract: "Upgrades the cluster: snapshot, servers one by one, workers one by one. Run again to resume.")

    @OptionGroup var common: CommonOptions
    @OptionGroup var to: TargetOption
    @OptionGroup var policy: PolicyOptions
    @OptionGroup var lock: LockOptions
    @OptionGroup var option: SupersedeOption
    @Flag(
        help: ArgumentHelp(
            "Fetch the release here and push it to the nodes, for nodes that cannot.",
            discussion: "Each node still fetches the checksum list from its own release site, and has to allow pushes.")
    )
    var push = false

    func run() async throws {
        let inventory = try common.load()
        try await AgentLinks.with(inventory) { links in try await run(over: links) }
    }

    private func run(over links: AgentLinks) async throws {
        let preparation = UpgradePreparation(links: links, policy: policy, supersede: option.supersede)
        let outcome = try await preparation.prepare(to: to.target)
        guard
            let prepared = try UpgradePreparation.ready(
                outcome, nothingToDo: "every node is on \(to.target) already", output: common.output)
        else { return }
        try lock.check(against: prepared, in: links.inventory)
        if push {
            try await PushCommandLine(inventory: links.inventory, prepared: prepared, assumeDown: lock.assumeDown).run()
        }
        try await RunCommandLine(
            links: links, prepared: prepared, takeOver: lock.takeOver, supersede: option.supersede,
            assumeDown: lock.assumeDown, output: common.output
        ).run()
    }
}
