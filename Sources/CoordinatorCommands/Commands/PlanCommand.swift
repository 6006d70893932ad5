internal import ArgumentParser
internal import CoordinatorRuntime
internal import Wire

/// `coordinator plan --to V`: the steps, as they would be leased.
struct PlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "The steps of an upgrade, in order; nothing is changed.")

    @OptionGroup var common: CommonOptions
    @OptionGroup var to: TargetOption
    @OptionGroup var policy: PolicyOptions

    func run() async throws {
        guard let prepared = try await UpgradePreparation.look(to: to.target, common, policy) else { return }
        switch common.output {
        case .json: Console.print([try JSONText.of(PlanDocument(prepared.plan))])
        case .text, .markdown: Console.print(PlanText.lines(prepared.plan))
        }
    }
}
