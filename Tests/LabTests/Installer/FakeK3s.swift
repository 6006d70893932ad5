import LabSupport
import SystemPackage

/// The least that the installer can install: a program which tells its version, notes each start, and stays.
enum FakeK3s {
    static let startLog: FilePath = "/var/log/fake-k3s"

    static func script(version: String) -> String {
        """
        #!/bin/sh
        if [ "$1" = --version ]; then
            echo "k3s version \(version) (fake)"
            exit
        fi
        echo "\(version) $*" >>\(startLog)
        systemd-notify --ready
        exec sleep infinity

        """
    }

    /// Each start so far, a line each: version and arguments.
    static func starts(on host: String, in lab: Lab) async throws -> [String] {
        guard try await lab.exists(startLog, on: host) else { return [] }
        return try await lab.text(of: startLog, on: host).split(separator: "\n").map(String.init)
    }
}
