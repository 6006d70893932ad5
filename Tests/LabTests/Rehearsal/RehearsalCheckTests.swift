import LabSupport
import SystemPackage
import Testing

/// What `deploy/rehearse` checks beside the coordinator can fail: each fault is found, and by its own name.
@Suite struct RehearsalCheckTests {
    struct Spoiling: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let words: String
        let spoil: @Sendable (Record) async throws -> Void

        init(_ what: String, says words: String, _ spoil: @escaping @Sendable (Record) async throws -> Void) {
            (testDescription, self.words, self.spoil) = (what, words, spoil)
        }
    }

    @Test func anUpgradeAsItShouldBeIsFine() async throws {
        try await TemporaryFolder.with { folder in
            let outcome = try await Record(in: folder).check().checked()
            #expect(!outcome.output.contains("NOT OK"))
            #expect(outcome.output.contains("ok: every node is Ready with v1.35.1+k3s1"))
        }
    }

    @Test(arguments: [
        Spoiling("unit differs", says: "k3s-worker-01: k3s.service differs") {
            try await $0.write("after/k3s-worker-01/etc/systemd/system/k3s.service", "[Service]\nx\n")
        },
        Spoiling("environment is gone", says: "k3s-worker-02: k3s.service.env is gone") {
            try await $0.remove("after/k3s-worker-02/etc/systemd/system/k3s.service.env")
        },
        Spoiling("worker has become a server", says: "k3s-worker-01: k3s-agent.service is new") {
            try await $0.write("after/k3s-worker-01/etc/systemd/system/k3s-agent.service", "")
        },
        Spoiling("worker before server", says: "was started on k3s-worker-01, k3s-worker-02, k3s-master") {
            try await $0.log(
                "after", "k3s-master",
                [
                    Record.event("start", Record.old, "k3s-master", at: 0),
                    Record.event("stop", Record.old, "k3s-master", at: 2000),
                    Record.event("start", Record.new, "k3s-master", at: 2010),
                    Record.event("registered", Record.new, "k3s-master", at: 2020),
                ])
        },
        Spoiling("two nodes down at once", says: "k3s-worker-02 was stopped before k3s-worker-01 was back") {
            try await $0.log(
                "after", "k3s-worker-02",
                [
                    Record.event("start", Record.old, "k3s-worker-02", at: 0),
                    Record.event("stop", Record.old, "k3s-worker-02", at: 1115),
                    Record.event("start", Record.new, "k3s-worker-02", at: 1210),
                ])
        },
        Spoiling("a node was left out", says: "was started on k3s-master, k3s-worker-01") {
            try await $0.log("after", "k3s-worker-02", [Record.event("start", Record.old, "k3s-worker-02", at: 0)])
        },
        Spoiling("a node is on the old version", says: "k3s-worker-02 runs v1.34.3+k3s1") {
            let nodes = Record.hosts.map { Record.node($0, $0 == "k3s-worker-02" ? Record.old : Record.new) }
            try await $0.objects("after", nodes: nodes)
        },
        Spoiling("a node is cordoned", says: "Node k3s-master is cordoned") {
            let nodes = Record.hosts.map { Record.node($0, Record.new, cordoned: $0 == "k3s-master") }
            try await $0.objects("after", nodes: nodes)
        },
        Spoiling("a node is not Ready", says: "Node k3s-worker-01 is not Ready") {
            let nodes = Record.hosts.map { Record.node($0, Record.new, ready: $0 != "k3s-worker-01") }
            try await $0.objects("after", nodes: nodes)
        },
        Spoiling("a workload lacks a pod", says: "Deployment ai/ollama has 0 of 1 pods ready") {
            try await $0.objects("after", nodes: Record.hosts.map { Record.node($0, Record.new) }, ready: 0)
        },
        Spoiling("a volume is another", says: "PersistentVolume data is Bound but another") {
            let nodes = Record.hosts.map { Record.node($0, Record.new) }
            try await $0.objects("after", nodes: nodes, volume: ("Bound", "9"))
        },
        Spoiling("a volume is lost", says: "PersistentVolume data is Released") {
            let nodes = Record.hosts.map { Record.node($0, Record.new) }
            try await $0.objects("after", nodes: nodes, volume: ("Released", "1"))
        },
        Spoiling("no API", says: "it does not") { try await $0.remove("after/objects.json") },
        Spoiling("a damaged snapshot", says: "no server has a good snapshot with its token (1 there)") {
            try await $0.snapshot(token: "K10::server:secret", damaged: true)
        },
        Spoiling("a snapshot without a token", says: "no server has a good snapshot with its token (1 there)") {
            try await $0.snapshot(token: "")
        },
        Spoiling("a snapshot that came too late", says: "the snapshot was made after v1.35.1+k3s1 had started") {
            let manifest = "after/k3s-master/var/lib/k3s-upgrade-agent/snapshots/run/manifest.json"
            try await Command(["touch", $0.folder.appending(manifest).string]).run().checked()
        },
        Spoiling("k3s-killall.sh was run", says: "k3s-master: k3s-killall.sh was run") {
            try await $0.write("after/k3s-master/var/log/k3s-killall.log", "")
        },
    ])
    func whatIsWrongIsFound(_ spoiling: Spoiling) async throws {
        try await TemporaryFolder.with { folder in
            let record = try await Record(in: folder)
            try await spoiling.spoil(record)
            let outcome = try await record.check()
            #expect(outcome.status == .exited(1), "\(outcome)")
            #expect(outcome.output.contains("NOT OK"))
            #expect(outcome.output.contains(spoiling.words), "\(outcome)")
        }
    }

    @Test func aRunThatStoppedNeedNotHaveReachedEveryNode() async throws {
        try await TemporaryFolder.with { folder in
            let record = try await Record(in: folder)
            try await record.log(
                "after", "k3s-worker-02", [Record.event("start", Record.old, "k3s-worker-02", at: 0)])
            let nodes = Record.hosts.map {
                Record.node($0, $0 == "k3s-worker-02" ? Record.old : Record.new, ready: $0 != "k3s-worker-01")
            }
            try await record.objects("after", nodes: nodes)
            try await record.check("stopped").checked()
        }
    }
}
