internal import AgentRuntime
internal import Wire

extension FuzzTarget {
    /// What systemctl and k3s print as text: a `u`nit's status, and k3s' `v`ersion.
    static let services = FuzzTarget(
        "services",
        readers: [
            "u": { bytes in
                guard let status = UnitStatus(printed: String(decoding: bytes, as: UTF8.self)) else { return }
                try demand(status.mainProcess.map { $0 > 0 } ?? true, "a process has no number that a process can have")
                try demand(status.invocation?.isEmpty != true, "an invocation is known and empty")
                if status.activeState == .failed {
                    try demand(TransientState(status) == .ended, "a failure passes for something that runs or is gone")
                }
                _ = (status.exists, status.isEnabled)
            },
            "v": { bytes in
                let printed = String(decoding: bytes, as: UTF8.self)
                guard let version = NodeInstallation.version(printed: printed) else { return }
                try demand(printed.contains("\(version)"), "a version is none that was printed")
            },
        ])
}
