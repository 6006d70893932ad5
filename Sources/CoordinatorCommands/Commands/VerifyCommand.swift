internal import ArgumentParser
internal import CoordinatorRuntime
internal import Wire

/// `coordinator verify`: whether the cluster is whole and on one version.
struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Whether all nodes are Ready and on one version, and nothing is left cordoned."
    )

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let inventory = try common.load()
        let survey = await ClusterSurvey.take(of: inventory)
        if let (_, error) = survey.problems.first { throw error }
        guard let cluster = survey.cluster else {
            throw CoordinatorError(
                .clusterUnseen, .unreachable, "the cluster's API does not answer: \(survey.clusterProblem ?? "")",
                wayOut: "look at `systemctl status k3s` on a server")
        }
        let problems = ClusterVerdict.problems(inventory, cluster)
        Console.print(problems)
        guard problems.isEmpty else { throw ExitCode(ExitStatus.failed.rawValue) }
        let version = cluster.nodes.first?.version.map { "\($0)" } ?? "-"
        Console.print([
            "all \(cluster.nodes.count) nodes are Ready and schedulable on \(version); every workload and volume is whole"
        ])
    }
}

/// What a whole cluster has not.
enum ClusterVerdict {
    static func problems(_ inventory: Inventory, _ cluster: ClusterObservation) -> [String] {
        var problems = inventory.findings(against: cluster).map(ReportWords.finding)
        let versions = Set(cluster.nodes.map(\.version))
        if versions.count > 1 {
            problems += cluster.nodes.map { "\($0.name) is on \($0.version.map { "\($0)" } ?? "no version")" }
        }
        for node in cluster.nodes {
            if !node.ready { problems.append("\(node.name) is not Ready") }
            if let cordon = node.cordon { problems.append("\(node.name) is still cordoned by run \(cordon.run)") }
            if !node.schedulable, node.cordon == nil { problems.append("\(node.name) is cordoned, not by us") }
            if node.isVoter == false { problems.append("\(node.name) is no voting member of etcd") }
        }
        for load in cluster.workloads where !load.observed || load.ready < load.desired {
            problems.append("\(load.id): \(load.ready) of \(load.desired) ready".cleaned(limit: 300))
        }
        for volume in cluster.volumes where volume.phase != "Bound" && volume.phase != "Available" {
            problems.append("\(volume.id) is \(volume.phase)".cleaned(limit: 300))
        }
        problems += cluster.unfinishedJobs.map {
            "the packaged component \($0) is still being installed".cleaned(limit: 300)
        }
        return problems
    }
}
