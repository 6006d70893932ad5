/// What systemd says about one unit, from `systemctl show`.
package struct UnitStatus: Sendable, Equatable {
    /// An open set: systemd adds states.
    package struct ActiveState: RawRepresentable, Hashable, Sendable {
        package let rawValue: String

        package init(rawValue: String) { self.rawValue = rawValue }

        package static let active = Self(rawValue: "active")
        package static let reloading = Self(rawValue: "reloading")
        package static let inactive = Self(rawValue: "inactive")
        package static let failed = Self(rawValue: "failed")
        package static let activating = Self(rawValue: "activating")
        package static let deactivating = Self(rawValue: "deactivating")
    }

    /// `loaded`, `not-found`, `masked`…
    package let loadState: String
    package let activeState: ActiveState
    /// `running`, `exited`, `dead`, `auto-restart`…
    package let subState: String
    /// Changes with every start; nil for a unit that has not been started since boot.
    package let invocation: String?
    /// Nil while there is none.
    package let mainProcess: Int32?
    /// `success`, `exit-code`, `signal`, `timeout`…
    package let result: String
    /// Automatic restarts since the last start by hand.
    package let restarts: Int
    /// Microseconds of CLOCK_MONOTONIC at the main process' start; 0 if it never ran.
    package let startedAt: UInt64
    /// `enabled`, `disabled`, `masked`, `transient`…; empty if there is no file.
    package let fileState: String
    /// Whether the unit's files are others than those that systemd read.
    package let needsReload: Bool

    static let properties = [
        "LoadState", "ActiveState", "SubState", "InvocationID", "MainPID", "Result", "NRestarts",
        "ExecMainStartTimestampMonotonic", "UnitFileState", "NeedDaemonReload",
    ]

    /// Reads `Name=value` lines; nil if one that every systemd prints is missing.
    package init?(printed text: String) {
        var values: [Substring: Substring] = [:]
        for line in text.split(whereSeparator: \.isNewline) {
            guard let (name, value) = line.assignment else { continue }
            values[name] = value
        }
        guard let load = values["LoadState"], let active = values["ActiveState"], let sub = values["SubState"] else {
            return nil
        }
        loadState = String(load)
        activeState = ActiveState(rawValue: String(active))
        subState = String(sub)
        invocation = values["InvocationID"].flatMap { $0.isEmpty ? nil : String($0) }
        mainProcess = values["MainPID"].flatMap { Int32($0) }.flatMap { $0 > 0 ? $0 : nil }
        result = values["Result"].map { String($0) } ?? ""
        restarts = values["NRestarts"].flatMap { Int($0) } ?? 0
        startedAt = values["ExecMainStartTimestampMonotonic"].flatMap { UInt64($0) } ?? 0
        fileState = values["UnitFileState"].map { String($0) } ?? ""
        needsReload = values["NeedDaemonReload"] == "yes"
    }

    package var exists: Bool { loadState != "not-found" }
    package var isEnabled: Bool { Self.startsAtBoot(fileState) }

    /// Whether a unit whose file is in such a state is started at boot.
    static func startsAtBoot(_ fileState: String) -> Bool { ["enabled", "enabled-runtime"].contains(fileState) }
}
