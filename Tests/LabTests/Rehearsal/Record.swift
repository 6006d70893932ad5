import LabSupport
import SystemPackage

/// The two records that a rehearsal compares, written by hand: a cluster of one server and two workers, upgraded as it
/// should be, for tests to spoil.
struct Record {
    static let old = "v1.34.3+k3s1"
    static let new = "v1.35.1+k3s1"
    static let hosts = ["k3s-master", "k3s-worker-01", "k3s-worker-02"]

    let folder: FilePath

    init(in folder: FilePath) async throws {
        self.folder = folder
        try await write("hosts", "k3s-master 10 server\nk3s-worker-01 11 worker\nk3s-worker-02 12 worker\n")
        for (index, host) in Self.hosts.enumerated() {
            for record in ["before", "after"] {
                try await write("\(record)/\(host)/etc/systemd/system/k3s.service", "[Service]\n")
                try await write("\(record)/\(host)/etc/systemd/system/k3s.service.env", "K3S_TOKEN='secret'\n")
            }
            let first = Self.event("start", Self.old, host, at: 0)
            try await log("before", host, [first])
            let begin = 1000 + 100 * index
            try await log(
                "after", host,
                [
                    first, Self.event("stop", Self.old, host, at: begin),
                    Self.event("start", Self.new, host, at: begin + 10),
                    Self.event("registered", Self.new, host, at: begin + 20),
                ])
        }
        try await objects("before", nodes: Self.hosts.map { Self.node($0, Self.old) })
        try await objects("after", nodes: Self.hosts.map { Self.node($0, Self.new) })
        try await snapshot(token: "K10::server:secret")
    }

    /// A snapshot as the agent keeps one, of an etcd without content: 512 bytes and their SHA-256.
    func snapshot(token: String, damaged: Bool = false) async throws {
        let path = "after/k3s-master/var/lib/k3s-upgrade-agent/snapshots/run"
        let script = """
            import hashlib, sys
            body = bytes(512)
            open(sys.argv[1], "wb").write((b"x" if \(damaged ? "True" : "False") else b"") + body + hashlib.sha256(body).digest())
            """
        try await write("\(path)/1-token", token)
        try await write(
            "\(path)/manifest.json",
            #"{"files":[{"path":"/db","stored":"db"},{"path":"/var/lib/rancher/k3s/server/token","stored":"1-token"}]}"#
        )
        try await Command(["python3", "-c", script, folder.appending("\(path)/db").string]).run().checked()
        // Older than the first start of the new version, which is at 1970 plus a second.
        try await Command(["touch", "-d", "@0", folder.appending("\(path)/manifest.json").string]).run().checked()
    }

    static func event(_ event: String, _ version: String, _ node: String, at time: Int) -> String {
        #"{"event":"\#(event)","version":"\#(version)","node":"\#(node)","boottime":\#(time),"time":\#(time)}"#
    }

    static func node(_ name: String, _ version: String, ready: Bool = true, cordoned: Bool = false) -> String {
        #"""
        {"kind":"Node","metadata":{"name":"\#(name)","uid":"\#(name)"},"spec":{"unschedulable":\#(cordoned)},
         "status":{"nodeInfo":{"kubeletVersion":"\#(version)"},"conditions":[{"type":"Ready","status":"\#(ready ? "True" : "False")"}]}}
        """#
    }

    func log(_ record: String, _ host: String, _ lines: [String]) async throws {
        try await write("\(record)/\(host)/var/log/k3s-standin.log", lines.map { $0 + "\n" }.joined())
    }

    func objects(
        _ record: String, nodes: [String], ready: Int = 1, volume: (phase: String, uid: String) = ("Bound", "1")
    ) async throws {
        let others = [
            #"{"kind":"Deployment","metadata":{"namespace":"ai","name":"ollama","uid":"2"},"status":{"readyReplicas":\#(ready)}}"#,
            #"{"kind":"PersistentVolume","metadata":{"name":"data","uid":"\#(volume.uid)"},"status":{"phase":"\#(volume.phase)"}}"#,
        ]
        try await write("\(record)/objects.json", #"{"items":[\#((nodes + others).joined(separator: ","))]}"#)
    }

    func write(_ path: String, _ text: String) async throws {
        var command = Command(["install", "-D", "-m", "600", "/dev/stdin", folder.appending(path).string])
        command.input = Array(text.utf8)
        try await command.run().checked()
    }

    func remove(_ path: String) async throws {
        try await Command(["rm", "-r", "--", folder.appending(path).string]).run().checked()
    }

    /// What the rehearsal's check says of it.
    func check(_ outcome: String = "upgraded") async throws -> CommandOutcome {
        let program = Lab.program.removingLastComponent().removingLastComponent().appending("lib/rehearsal/check.py")
        let arguments = ["before", "after", "hosts"].map { folder.appending($0).string } + [Self.new, outcome]
        return try await Command(["python3", program.string] + arguments).run()
    }
}
