internal import Wire

extension Scenario.Options {
    /// The shape of the cluster and the number of faults that a seed stands for: mostly small clusters, as K3s' mostly
    /// are, and up to 5 servers and 20 workers.
    package init?(of seed: UInt64) {
        guard let origin = K3sVersion("v1.34.3+k3s1"), let target = K3sVersion("v1.35.1+k3s1") else { return nil }
        let servers = [1, 3, 1, 3, 5, 2, 3, 1, 4, 3]
        let workers = seed % 13 == 12 ? Int(seed / 13 % 21) : Int(seed / 10 % 5)
        self.init(
            servers: servers[Int(seed % 10)], workers: workers, origin: origin, target: target, faults: Int(seed % 16))
    }
}
