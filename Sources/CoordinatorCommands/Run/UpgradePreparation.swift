internal import ArgumentParser
internal import CoordinatorRuntime
internal import Glibc
internal import Wire

/// Asks all nodes and the release site, and makes the plan or tells why there is none.
struct UpgradePreparation {
    let links: AgentLinks
    let policy: PolicyOptions
    let supersede: Bool

    func prepare(to target: K3sVersion) async throws(CoordinatorError) -> RunPreparation.Outcome {
        let (preparation, survey) = await Self.begin(over: links)
        return try await preparation.upgrade(
            to: target, policy: policy.policy(over: links.inventory), supersede: supersede, survey: survey,
            run: Self.newRun())
    }

    func prepareRollback(of worker: NodeName) async throws(CoordinatorError) -> RunPreparation.Outcome {
        let (preparation, survey) = await Self.begin(over: links)
        return try await preparation.rollback(
            of: worker, policy: policy.policy(over: links.inventory), supersede: supersede, survey: survey,
            run: Self.newRun())
    }

    /// The run that is open; nil where none is, as every agent says but those of nodes assumed down.
    static func openRun(
        over links: AgentLinks, assumeDown: [NodeName]
    ) async throws(CoordinatorError) -> RunPreparation.Prepared? {
        let (preparation, survey) = await begin(over: links)
        return try await preparation.openRun(survey, assumeDown: assumeDown)
    }

    private static func begin(over links: AgentLinks) async -> (RunPreparation, ClusterSurvey) {
        let agents = await SurveyLinks.open(links)
        let survey = await agents.survey()
        if let (node, error) = survey.problems.first {
            Console.complain(about: error)
            Console.note("to look at \(node.name) by hand:")
            for line in HandCommands.lines(for: node, ssh: links.inventory.ssh) { Console.note("  \(line)") }
        }
        let release = ReleaseClient(site: links.inventory.release, fetcher: .curl(.children()))
        return (RunPreparation(inventory: links.inventory, release: release, links: agents), survey)
    }

    /// A run's id: when it began, for people, and some chance, for uniqueness.
    static func newRun() -> RunID {
        var seconds = time(nil)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let day = "\(parts.tm_year + 1900)\(two(parts.tm_mon + 1))\(two(parts.tm_mday))"
        let moment = "\(two(parts.tm_hour))\(two(parts.tm_min))\(two(parts.tm_sec))"
        let chance = String(UInt32.random(in: 0...UInt32.max), radix: 16)
        // All of its characters are a run id's.
        guard let run = RunID("\(day)-\(moment)-\(chance)") else {
            preconditionFailure("a run id of digits and letters")
        }
        return run
    }

    /// The upgrade as it would be run, for commands that only look; nil where nothing is left to do.
    static func look(
        to target: K3sVersion, _ common: CommonOptions, _ policy: PolicyOptions
    ) async throws -> RunPreparation.Prepared? {
        let outcome = try await AgentLinks.with(try common.load()) { links in
            try await Self(links: links, policy: policy, supersede: false).prepare(to: target)
        }
        return try ready(outcome, nothingToDo: "every node is on \(target) already", output: common.output)
    }

    /// What is ready to run; nil where nothing is left to do, which is said. A refusal is told, and ends the command.
    static func ready(
        _ outcome: RunPreparation.Outcome, nothingToDo: String, output: OutputFormat
    ) throws -> RunPreparation.Prepared? {
        switch outcome {
        case .ready(let prepared): return prepared
        case .nothingToDo:
            switch output {
            case .json: Console.print([try JSONText.of(NothingToDoDocument(nothingToDo))])
            case .text, .markdown: Console.print([nothingToDo])
            }
            return nil
        case .refused(let findings):
            for finding in findings { Console.note(ReportWords.finding(finding)) }
            Console.note("coordinator: refused; nothing was changed")
            throw ExitCode(ExitStatus.refused.rawValue)
        }
    }
}
