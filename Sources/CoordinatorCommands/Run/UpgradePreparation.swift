internal import ArgumentParser
internal import CoordinatorRuntime
internal import Glibc
internal import Wire

/// Asks all nodes and the release site, and makes the plan or tells why there is none.
struct UpgradePreparation {
    let inventory: Inventory
    let policy: PolicyOptions
    let supersede: Bool

    func prepare(to target: K3sVersion) async throws(CoordinatorError) -> RunPreparation.Outcome {
        try await Self.withLinks(to: inventory) { preparation, survey throws(CoordinatorError) in
            try await preparation.upgrade(
                to: target, policy: policy.policy(over: inventory), supersede: supersede, survey: survey,
                run: Self.newRun())
        }
    }

    func prepareRollback(of worker: NodeName) async throws(CoordinatorError) -> RunPreparation.Outcome {
        try await Self.withLinks(to: inventory) { preparation, survey throws(CoordinatorError) in
            try await preparation.rollback(
                of: worker, policy: policy.policy(over: inventory), supersede: supersede, survey: survey,
                run: Self.newRun())
        }
    }

    /// The run that is open; nil where none is.
    static func openRun(_ inventory: Inventory) async throws(CoordinatorError) -> RunPreparation.Prepared? {
        try await withLinks(to: inventory) { preparation, survey throws(CoordinatorError) in
            try await preparation.openRun(survey)
        }
    }

    private static func withLinks<Value: Sendable>(
        to inventory: Inventory,
        _ body: (RunPreparation, ClusterSurvey) async throws(CoordinatorError) -> Value
    ) async throws(CoordinatorError) -> Value {
        let links = await SurveyLinks.open(inventory)
        let survey = await links.survey()
        let release = ReleaseClient(site: inventory.release, fetcher: .curl(.children()))
        do throws(CoordinatorError) {
            if let (node, error) = survey.problems.first {
                Console.complain(about: error)
                Console.note("to look at \(node.name) by hand:")
                for line in HandCommands.lines(for: node, ssh: inventory.ssh) { Console.note("  \(line)") }
            }
            let value = try await body(
                RunPreparation(inventory: inventory, release: release, links: links), survey)
            await links.close()
            return value
        } catch {
            await links.close()
            throw error
        }
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

    /// What is ready to run; nil where nothing is left to do, which is said. A refusal is told, and ends the command.
    static func ready(
        _ outcome: RunPreparation.Outcome, nothingToDo: String
    ) throws(ExitCode) -> RunPreparation.Prepared? {
        switch outcome {
        case .ready(let prepared): return prepared
        case .nothingToDo:
            Console.print([nothingToDo])
            return nil
        case .refused(let findings):
            for finding in findings { Console.note(ReportWords.finding(finding)) }
            Console.note("coordinator: refused; nothing was changed")
            throw ExitCode(ExitStatus.refused.rawValue)
        }
    }
}
