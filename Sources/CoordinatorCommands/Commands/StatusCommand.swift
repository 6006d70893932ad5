internal import ArgumentParser
internal import CoordinatorRuntime
internal import Wire

/// `coordinator status`
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Versions, health and readiness to roll back of every node, and which upgrades there are.")

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let inventory = try common.load()
        async let channels = Self.channels(inventory)
        let survey = await ClusterSurvey.take(of: inventory)
        let status = Self.view(inventory, survey, available: await channels)
        switch common.output {
        case .json: Console.print([try JSONText.of(StatusDocument(status))])
        case .text, .markdown: Console.print(StatusText(status).lines)
        }
        for (node, _) in survey.problems where common.output != .json {
            Console.print(["", "to look at \(node.name) by hand:"])
            Console.print(HandCommands.lines(for: node, ssh: inventory.ssh).map { "  \($0)" })
        }
        if !survey.problems.isEmpty { throw ExitCode(ExitStatus.unreachable.rawValue) }
    }

    private static func channels(_ inventory: Inventory) async -> Result<ReleaseChannels, CoordinatorError> {
        do throws(CoordinatorError) {
            return .success(try await ReleaseClient(site: inventory.release, fetcher: .curl(.children())).channels())
        } catch {
            return .failure(error)
        }
    }

    static func view(
        _ inventory: Inventory, _ survey: ClusterSurvey, available: Result<ReleaseChannels, CoordinatorError>
    ) -> StatusView {
        let nodes = inventory.inOrder.map { node in
            var status = StatusNode(name: node.name, role: node.role, address: node.address)
            if let member = survey.members.first(where: { $0.node.name == node.name }) {
                status.agent = member.product
                status.versionOnDisk = member.report.versionOnDisk
                status.versionRunning = member.report.versionRunning
                status.datastore = member.report.datastore
                status.readiness = member.report.readiness
            }
            if let seen = survey.cluster?.node(node.name) {
                status.ready = seen.ready
                status.schedulable = seen.schedulable
                status.cordonedBy = seen.cordon?.run
            }
            status.problem = survey.problems.first { $0.node.name == node.name }.map { Failure($0.error) }
            return status
        }
        let server = nodes.filter { $0.role == .server }.compactMap(\.versionRunning).min()
        var view = StatusView(server: server, nodes: nodes)
        if let oldest = nodes.compactMap(\.versionRunning).min() {
            switch available {
            case .success(let channels):
                view.available = AvailableView(
                    newestPatch: channels.newerPatch(than: oldest), nextMinor: channels.nextMinor(after: oldest),
                    stable: channels.stable)
            case .failure(let error): view.available = AvailableView(problem: Failure(error))
            }
        }
        view.lastRun = LastRunView(survey)
        if let cluster = survey.cluster { view.findings += inventory.findings(against: cluster) }
        if let problem = survey.clusterProblem {
            view.findings.append(
                Finding(
                    .warning, code: "cluster-unseen", about: "cluster", problem: problem,
                    wayOut: "look at `systemctl status k3s` on a server"))
        }
        return view
    }
}

extension Failure {
    init(_ error: CoordinatorError) {
        let cause = error.cause.map { ": \($0)" } ?? ""
        self.init(code: error.code.rawValue, message: error.message + cause, wayOut: error.wayOut)
    }
}
