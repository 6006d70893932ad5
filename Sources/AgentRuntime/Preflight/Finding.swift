/// Something that an upgrade would run into, found before anything is touched.
package struct Finding: Sendable, Equatable, Codable {
    package enum Severity: String, Sendable, Codable, CaseIterable {
        /// The run is refused.
        case blocker
        /// The operator should know; the run goes on.
        case warning
    }

    /// An open set, stable.
    package struct Code: RawRepresentable, Hashable, Sendable, Codable {
        package let rawValue: String

        package init(rawValue: String) { self.rawValue = rawValue }

        package static let diskRoom = Self(rawValue: "disk-room")
        package static let cgroupV1 = Self(rawValue: "cgroup-v1")
        package static let removedFlag = Self(rawValue: "removed-flag")
        package static let etcdPath = Self(rawValue: "etcd-path")
        package static let barePod = Self(rawValue: "bare-pod")
        package static let localData = Self(rawValue: "local-data")
        package static let budgetBlocks = Self(rawValue: "budget-blocks")
        package static let budgetsOverlap = Self(rawValue: "budgets-overlap")
        package static let budgetUnobserved = Self(rawValue: "budget-unobserved")
    }

    package let code: Code
    package let severity: Severity
    /// What it is about: a file system, a flag, `namespace/pod`.
    package let thing: String
    package let cause: String
    package let wayOut: String
}
