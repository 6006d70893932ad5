internal import Glibc

/// The stand-in's own configuration: `/etc/k3s-standin/config`, or the file that K3S_STANDIN_CONFIG names; read at each
/// start. Lines are `key=value`; `#` starts a comment line. docs/standin.md lists all keys.
struct Settings: Sendable {
    /// A line that means nothing here.
    struct Mistake: Error, Equatable, CustomStringConvertible {
        let line: Int
        let problem: String
        var description: String { "line \(line): \(problem)" }
    }

    // MARK: Places
    /// Stands before the default paths (`/etc/rancher`, `/var/lib/rancher`, `/run`): tests run several nodes on one host.
    var root = ""
    var kubectl = "/var/lib/k3s-standin/kubectl"
    var runLog = "/var/log/k3s-standin.log"
    /// Where the state behind `--datastore-endpoint` is kept, one file for each endpoint.
    var externalDatastores = "/var/lib/k3s-standin/external"
    /// Default of `--https-listen-port`, and where `etcd-snapshot` and k3s.yaml look for the server.
    var port = 6443

    // MARK: Delays
    /// From the start of the process to its first sign of life.
    var startDelay = Duration.zero
    /// From the API's first answer to a good `/readyz`.
    var readyzDelay = Duration.zero
    /// From SIGTERM to the end of the process.
    var stopDelay = Duration.zero
    /// From the kubelet's start to its first word to the API: until then the node shows its old version, Ready.
    var kubeletDelay = Duration.zero
    var leaseRenewPeriod = Duration.seconds(10)
    /// How long a node may be silent before it is called Unknown.
    var nodeGrace = Duration.seconds(47)
    /// How long pods stay on an unreachable node.
    var evictAfter = Duration.seconds(300)
    /// How long a controllers' leader may be silent before another takes over.
    var leaderLease = Duration.seconds(20)
    var podStart = Duration.milliseconds(500)
    var podStop = Duration.milliseconds(500)
    /// How long a Job's pod runs before it succeeds.
    var jobTime = Duration.seconds(1)
    var snapshotTime = Duration.zero
    /// Between the attempts of an agent to reach its server.
    var retry = Duration.milliseconds(500)
    /// etcd's election time-out; heartbeats go out five times as often.
    var election = Duration.seconds(1)

    // MARK: Behaviour
    /// Whether controllers elect a leader on SQLite, too (on etcd they always do).
    var leaderElection = true
    /// Whether a new server version brings `helm-install` Jobs with it.
    var helmJobs = true
    /// Objects to start a new cluster with: `none`, or `sample`, `bare-pod` and `budget-blocks` in any combination.
    var workload = "none"
    /// How many nodes must be Ready before that workload is made.
    var workloadNodes = 1
    /// The `namespace/name` of the workload that `crash-loop-pod` hits.
    var crashWorkload = "automation/n8n"
    /// `v1` makes a 1.35 kubelet refuse to start, unless told not to.
    var cgroup = "v2"
    private var faults: [(fault: Fault, version: String?)] = []

    /// The faults that hold in `version`.
    func faults(in version: String) -> Set<Fault> {
        Set(faults.filter { $0.version == nil || $0.version == version }.map(\.fault))
    }

    init() {}

    /// Reads `key=value` lines; an unknown key or a bad value is an error that names its line.
    init(parsing text: String) throws(Mistake) {
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let line = line.trimmed
            if line.isEmpty || line.hasPrefix("#") { continue }
            guard let equals = line.firstIndex(of: "=") else { throw Mistake(line: index + 1, problem: "no = in it") }
            let key = line[..<equals].trimmed
            let value = line[line.index(after: equals)...].trimmed
            guard let problem = set(key, to: value) else { continue }
            throw Mistake(line: index + 1, problem: problem)
        }
    }

    /// The configuration of this host. Ends the process if the file cannot be understood.
    static func ofThisHost() -> Settings {
        let path = getenv("K3S_STANDIN_CONFIG").map { String(cString: $0) } ?? "/etc/k3s-standin/config"
        guard let text = Files.readText(path) else { return Settings() }
        do {
            return try Settings(parsing: text)
        } catch {
            Log.fatal("\(path): \(error)")
        }
    }

    private static var durations: [String: WritableKeyPath<Settings, Duration>] {
        [
            "start-delay": \.startDelay, "readyz-delay": \.readyzDelay, "stop-delay": \.stopDelay,
            "kubelet-delay": \.kubeletDelay, "lease-renew": \.leaseRenewPeriod, "node-grace": \.nodeGrace,
            "evict-after": \.evictAfter, "leader-lease": \.leaderLease, "pod-start": \.podStart, "pod-stop": \.podStop,
            "job-time": \.jobTime, "snapshot-time": \.snapshotTime, "retry": \.retry, "election": \.election,
        ]
    }
    private static var texts: [String: WritableKeyPath<Settings, String>] {
        [
            "root": \.root, "kubectl": \.kubectl, "log": \.runLog, "external-datastores": \.externalDatastores,
            "workload": \.workload, "crash-workload": \.crashWorkload, "cgroup": \.cgroup,
        ]
    }
    private static var switches: [String: WritableKeyPath<Settings, Bool>] {
        [
            "leader-election": \.leaderElection, "helm-jobs": \.helmJobs,
        ]
    }

    /// Sets one key; the problem with it, or nil.
    private mutating func set(_ key: String, to value: String) -> String? {
        if let path = Self.durations[key] {
            guard let duration = Duration(setting: value) else {
                return "\(key)=\(value): not a duration such as 0, 250ms, 20s or 5m"
            }
            self[keyPath: path] = duration
        } else if let path = Self.texts[key] {
            self[keyPath: path] = value
        } else if let path = Self.switches[key] {
            guard value == "on" || value == "off" else { return "\(key) is on or off, not \(value)" }
            self[keyPath: path] = value == "on"
        } else if key == "port" {
            guard let port = Int(value), (1...65535).contains(port) else { return "\(value) is no port" }
            self.port = port
        } else if key == "workload-nodes" {
            guard let count = Int(value), (1...1000).contains(count) else { return "\(value) is no number of nodes" }
            workloadNodes = count
        } else if key == "fault" {
            let parts = value.split(separator: "@", maxSplits: 1)
            guard let name = parts.first, let fault = Fault(name: String(name)) else { return "unknown fault \(value)" }
            faults.append((fault, parts.count > 1 ? String(parts[1]) : nil))
        } else {
            return "unknown key \(key)"
        }
        return nil
    }
}

extension Duration {
    /// `0`, `250ms`, `20s` or `5m`; nil for anything else.
    init?(setting text: String) {
        for (suffix, milliseconds) in [("ms", 1), ("s", 1000), ("m", 60_000)] {
            if text.hasSuffix(suffix), let count = Int(text.dropLast(suffix.count)), (0...86_400_000).contains(count) {
                self = .milliseconds(count * milliseconds)
                return
            }
        }
        guard text == "0" else { return nil }
        self = .zero
    }

    var wholeMilliseconds: Int {
        Int(components.seconds) * 1000 + Int(components.attoseconds / 1_000_000_000_000_000)
    }
}

extension StringProtocol {
    /// Without white space at either end.
    var trimmed: String {
        let space: Set<Character> = [" ", "\t", "\r", "\n"]
        guard let first = firstIndex(where: { !space.contains($0) }),
            let last = lastIndex(where: { !space.contains($0) })
        else { return "" }
        return String(self[first...last])
    }
}
