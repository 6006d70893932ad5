internal import ArgumentParser
internal import CoordinatorRuntime
internal import Wire

/// `coordinator release`: gives back what a run holds that nobody goes on with.
struct ReleaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release",
        abstract: "Gives back what an open run still holds: cordons and the lock. The run can be resumed later.")

    @OptionGroup var common: CommonOptions
    @OptionGroup var lock: LockOptions

    func run() async throws {
        let inventory = try common.load()
        try await AgentLinks.with(inventory) { links in try await run(over: links) }
    }

    private func run(over links: AgentLinks) async throws {
        guard let open = try await UpgradePreparation.openRun(over: links, assumeDown: lock.assumeDown) else {
            Console.print(["no run is open: nothing is held"])
            return
        }
        try lock.check(against: open, in: links.inventory)
        try await RunCommandLine(
            links: links, prepared: open, takeOver: lock.takeOver, supersede: false, assumeDown: lock.assumeDown,
            output: common.output, releases: true
        ).run()
    }
}
