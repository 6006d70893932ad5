import LabSupport
import SystemPackage

/// A host with a fake k3s in place and the lab's installer beside it.
struct Installation {
    static let installer: FilePath = "/root/install.sh"
    static let binary: FilePath = "/usr/local/bin/k3s"

    let lab: Lab
    let host: String

    init(on host: String, in lab: Lab, version: String = "v1.34.3+k3s1") async throws {
        self.lab = lab
        self.host = host
        let source = Lab.program.removingLastComponent().appending("site/install.sh")
        let script = try await Command(["cat", source.string]).run().checked().bytes
        try await lab.write(script, to: Self.installer, on: host, mode: "755")
        try await place(version: version)
    }

    func place(version: String) async throws {
        try await lab.write(FakeK3s.script(version: version), to: Self.binary, on: host, mode: "755")
    }

    /// Runs the installer, without its download unless the environment says otherwise.
    func install(_ arguments: [String] = [], _ environment: [String: String] = [:]) async throws -> CommandOutcome {
        let variables = ["INSTALL_K3S_SKIP_DOWNLOAD": "true"].merging(environment) { $1 }
        let assignments: [String] = variables.map { name, value in "\(name)=\(value)" }
        return try await lab.run(on: host, ["env"] + assignments + [Self.installer.string] + arguments)
    }

    /// The unit's and the environment file's text; nil for one that is not there.
    func files(of unit: String) async throws -> [String?] {
        let unitFile = "/etc/systemd/system/\(unit).service"
        var texts: [String?] = []
        for path in [FilePath(unitFile), FilePath(unitFile + ".env")] {
            texts.append(try await lab.exists(path, on: host) ? try await lab.text(of: path, on: host) : nil)
        }
        return texts
    }

    func isActive(_ unit: String) async throws -> Bool {
        try await lab.run(on: host, ["systemctl", "is-active", unit]).line == "active"
    }

    func isEnabled(_ unit: String) async throws -> Bool {
        try await lab.run(on: host, ["systemctl", "is-enabled", unit]).line == "enabled"
    }

    /// Makes the next run stop at this point.
    func stop(at point: String, _ manner: String) async throws {
        try await lab.write("\(point) \(manner)\n", to: "/etc/k3s-standin/installer-stops-at", on: host)
    }
}
