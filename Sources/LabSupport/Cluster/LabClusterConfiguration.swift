/// What a lab's K3s cluster is made of.
package struct LabClusterConfiguration: Sendable {
    package enum Datastore: String, Sendable, CaseIterable {
        /// One server only.
        case sqlite
        case etcd
    }

    package var lab: LabConfiguration
    package var datastore: Datastore
    /// Of K3s, when the cluster starts.
    package var version = "v1.34.3+k3s1"
    /// Lines of the stand-in's configuration on every host, `key=value`; later ones win.
    package var settings: [String]
    /// Lines for some hosts only, by name; after those for every host.
    package var hostSettings: [String: [String]] = [:]
    /// What the release site does wrong, as `k3s-standin site --fault` takes it.
    package var siteFaults: [String] = []
    /// The `policy` of cluster.yaml, where it is not as by default.
    package var policy: [String: String] = [:]

    /// Nothing takes longer than it must: for tests that measure the tool rather than the stand-in.
    package static let quick = [
        "lease-renew=200ms", "leader-lease=0", "pod-start=50ms", "pod-stop=50ms", "job-time=100ms", "retry=50ms",
        "node-grace=3s",
    ]

    /// - Parameter datastore: nil for SQLite with one server, etcd with several.
    package init(
        servers: Int = 1, workers: Int = 2, datastore: Datastore? = nil, base: LabConfiguration.Base = .machine,
        settings: [String] = quick
    ) {
        lab = LabConfiguration(servers: servers, workers: workers, base: base)
        self.datastore = datastore ?? (servers == 1 ? .sqlite : .etcd)
        self.settings =
            ["workload=sample", "workload-nodes=\(servers + workers)"] + settings
    }

    var overlayArguments: [String] { settings.flatMap { ["--set", $0] } }

    var upArguments: [String] {
        let ofHosts = hostSettings.sorted { $0.key < $1.key }.flatMap { host, lines in
            lines.flatMap { ["--set", "\(host):\($0)"] }
        }
        return ["--version", version, "--datastore", datastore.rawValue] + ofHosts
            + siteFaults.flatMap { ["--site-fault", $0] }
            + policy.sorted { $0.key < $1.key }.flatMap { ["--policy", "\($0.key)=\($0.value)"] }
    }
}
