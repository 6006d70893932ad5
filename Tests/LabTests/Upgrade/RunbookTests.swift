import LabSupport
import SystemPackage
import Testing

/// An upgrade and the ways back by hand, with the commands of the runbook and nothing else.
@Suite struct RunbookTests {
    private static let old = "v1.34.3+k3s1"
    private static let patch = "v1.34.5+k3s1"
    private static let worker = "k3s-worker-01"

    /// A cluster, and what was done by the book in it.
    private final class Night {
        let cluster: LabCluster
        let book: Runbook
        private let releases: String
        private(set) var done: Set<String> = ["variables"]

        init(_ cluster: LabCluster) async throws {
            self.cluster = cluster
            let page = LabCluster.tree.appending("docs/runbooks/k3s-upgrade.md")
            let inventory = try await cluster.lab.runAsOperator(["cat", cluster.inventory.string]).checked().output
            releases = String(try #require(inventory.firstMatch(of: #/releases: (\S+)/#)).1)
            book = Runbook(page: try await Command(["cat", page.string]).run().checked().output)
        }

        var hosts: [String] { cluster.lab.hosts.map(\.name) }

        func run(_ id: String, on host: String = "k3s-master", _ variables: String...) async throws {
            let lab = cluster.lab
            let given = [
                "RELEASES=\(releases)", "NODES='\(hosts.joined(separator: " "))'",
                host.contains("master") ? "SERVER=\(host)" : "",
            ]
            let script = try book.script(id, with: given + variables)
            let outcome = try await lab.run(
                on: host, ["sh", "-s"], input: Array(script.utf8), deadline: .seconds(600))
            #expect(outcome.succeeded, "\(id) on \(host): \(outcome)")
            done.insert(id)
        }

        func runEverywhere(_ id: String, _ variable: String = "") async throws {
            for host in hosts { try await run(id, on: host, variable) }
        }

        func version(of node: String) async throws -> String {
            try await cluster.lab.run(
                on: "k3s-master",
                ["k3s", "kubectl", "get", "node", node, "-o", "jsonpath={.status.nodeInfo.kubeletVersion}"]
            ).checked().line
        }
    }

    @Test func anUpgradeByHandAndBack() async throws {
        let onSQLite = try await Self.night(on: .sqlite)
        let onEtcd = try await Self.night(on: .etcd)
        let missed = onSQLite.blocks.map(\.id).filter { !onSQLite.done.contains($0) && !onEtcd.done.contains($0) }
        #expect(missed.isEmpty, "blocks of the runbook that were not run: \(missed)")
    }

    private static func night(on datastore: LabClusterConfiguration.Datastore) async throws -> (
        blocks: [Runbook.Block], done: Set<String>
    ) {
        let servers = datastore == .sqlite ? 1 : 2
        var result: (blocks: [Runbook.Block], done: Set<String>) = ([], [])
        try await LabCluster.with(LabClusterConfiguration(servers: servers, workers: 1, datastore: datastore)) {
            cluster in
            let night = try await Night(cluster)
            try await upgrade(night, datastore)
            try await takeTheWorkerBack(night)
            try await restore(night, datastore)
            if datastore == .sqlite { try await aPatchOfAServerAndBack(night) }
            #expect(try await cluster.problems().isEmpty)
            result = (night.book.blocks, night.done)
        }
        return result
    }

    private static func upgrade(_ night: Night, _ datastore: LabClusterConfiguration.Datastore) async throws {
        try await night.run("check-cluster")
        try await night.run("check-drain")
        try await night.runEverywhere("check-node")
        try await night.run("datastore")
        try await night.runEverywhere("save-node")
        try await night.runEverywhere("stage")
        let servers = night.hosts.filter { $0 != worker }
        try await night.run("save-identity")
        try await night.run("snapshot-\(datastore)")
        try await night.run("await-api")
        for server in servers {
            try await night.run("install-server", on: server)
            try await night.run("await-server", on: server)
            if servers.count > 1 { try await night.run("await-voters", on: server) }
            try await night.run("await-controllers", on: server)
        }
        try await night.run("drain-worker")
        try await night.run("install-worker", on: worker)
        try await night.run("await-worker")
        try await night.run("uncordon-worker")
        try await night.run("verify")
        try await night.runEverywhere("verify-node")
        #expect(try await night.version(of: worker) == UpgradeScene.to)
        try await night.cluster.lab.run(
            on: "k3s-master",
            ["sh", "-c", "k3s kubectl cordon \(worker) && k3s kubectl annotate node \(worker) k3s-upgrade/cordon=x"]
        ).checked()
        try await night.run("uncordon-tool")
    }

    private static func takeTheWorkerBack(_ night: Night) async throws {
        try await night.run("drain-worker")
        try await night.run("rollback-worker", on: worker)
        try await night.run("await-worker", "WANTED=$OLD")
        try await night.run("uncordon-worker")
        #expect(try await night.version(of: worker) == old)
    }

    private static func restore(_ night: Night, _ datastore: LabClusterConfiguration.Datastore) async throws {
        let servers = night.hosts.filter { $0 != worker }
        if datastore == .sqlite {
            try await night.run("restore-sqlite")
        } else {
            for server in servers { try await night.run("stop-server", on: server) }
            for server in servers.dropFirst() { try await night.run("save-snapshots", on: server) }
            try await night.run("restore-etcd")
            try await night.run("await-api")
            for server in servers.dropFirst() { try await night.run("rejoin-server", on: server) }
        }
        for server in servers { try await night.run("await-server", on: server, "WANTED=$OLD") }
        try await night.run("await-controllers")
        try await night.run("restart-worker", on: worker)
        try await night.run("await-worker", "WANTED=$OLD")
        try await night.run("verify", "WANTED=$OLD")
    }

    /// Within a minor the binary alone goes back.
    private static func aPatchOfAServerAndBack(_ night: Night) async throws {
        try await night.run("stage", "NEW=\(patch)")
        try await night.run("install-server", "NEW=\(patch)")
        try await night.run("await-server", "NEW=\(patch)")
        #expect(try await night.version(of: "k3s-master") == patch)
        try await night.run("rollback-server")
        try await night.run("await-server", "WANTED=$OLD")
        try await night.run("await-controllers")
        #expect(try await night.version(of: "k3s-master") == old)
    }
}
