internal import ArgumentParser
internal import CoordinatorRuntime
internal import Wire

/// `coordinator check --to V`: everything that would stop the run, found without changing anything.
struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "The checklist before an upgrade; nothing is changed.")

    @OptionGroup var common: CommonOptions
    @OptionGroup var to: TargetOption
    @OptionGroup var policy: PolicyOptions

    func run() async throws {
        guard let prepared = try await UpgradePreparation.look(to: to.target, common, policy) else { return }
        Console.print(prepared.findings.map(ReportWords.finding))
        Console.print(["nothing stands against upgrading to \(to.target)"])
    }
}
