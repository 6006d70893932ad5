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
        let inventory = try common.load()
        let outcome = try await AgentLinks.with(inventory) { links in
            try await UpgradePreparation(links: links, policy: policy, supersede: false).prepare(to: to.target)
        }
        guard
            let prepared = try UpgradePreparation.ready(
                outcome, nothingToDo: "every node is on \(to.target) already")
        else { return }
        Console.print(prepared.findings.map(ReportWords.finding))
        Console.print(["nothing stands against upgrading to \(to.target)"])
    }
}

/// `coordinator plan --to V`: the steps, as they would be leased.
struct PlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "The steps of an upgrade, in order; nothing is changed.")

    @OptionGroup var common: CommonOptions
    @OptionGroup var to: TargetOption
    @OptionGroup var policy: PolicyOptions

    func run() async throws {
        let inventory = try common.load()
        let outcome = try await AgentLinks.with(inventory) { links in
            try await UpgradePreparation(links: links, policy: policy, supersede: false).prepare(to: to.target)
        }
        guard
            let prepared = try UpgradePreparation.ready(
                outcome, nothingToDo: "every node is on \(to.target) already")
        else { return }
        switch common.output {
        case .json: Console.print([try JSONText.of(PlanDocument(prepared.plan))])
        case .text, .markdown: Console.print(PlanText.lines(prepared.plan))
        }
    }
}
