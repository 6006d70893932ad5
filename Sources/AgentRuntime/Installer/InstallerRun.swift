package import SystemPackage
package import Wire

/// One run of the official installer that must leave unit and environment as they were: it is told all that it would
/// otherwise forget, downloads nothing, and neither enables nor starts anything: who puts unit and environment back
/// enables the unit, and a small node is spared two more reloads of systemd.
package struct InstallerRun: Sendable, Equatable {
    /// The installer needs seconds; a disk that hangs, longer.
    package static let limit: Duration = .seconds(120)

    /// All variables, secrets among them: only ever written to a file of mode 0600.
    package let environment: EnvironmentFile

    /// - Parameter environmentText: the unit's environment file as it is, or nil if there is none.
    ///
    /// Throws `installerUnfit` where the installer could not write this unit again.
    package init(of installation: NodeInstallation, environmentText: String?, version: K3sVersion) throws(NodeError) {
        let unit = installation.unit
        let words = [unit.role.k3sCommand] + unit.arguments.map(\.literal)
        guard let exec = InstallerArguments.text(words) else {
            throw Self.unfit(unit.name, "one of its arguments holds a line break")
        }
        let given = EnvironmentFile(parsing: environmentText ?? "").variables
            // Ours go last and win; the installer's own knobs of an earlier day have no business here.
            .filter { !$0.name.hasPrefix("INSTALL_K3S_") }
        var own: [(String, String)] = [
            ("INSTALL_K3S_VERSION", "\(version)"), ("INSTALL_K3S_SKIP_DOWNLOAD", "true"),
            ("INSTALL_K3S_SKIP_ENABLE", "true"), ("INSTALL_K3S_SKIP_START", "true"),
            ("INSTALL_K3S_SKIP_SELINUX_RPM", "true"),
            ("INSTALL_K3S_EXEC", exec), ("INSTALL_K3S_BIN_DIR", unit.binary.removingLastComponent().string),
            ("INSTALL_K3S_SYSTEMD_DIR", installation.unitPath.removingLastComponent().string),
        ]
        if let name = try Self.name(unit) { own.append(("INSTALL_K3S_NAME", name)) }
        environment = EnvironmentFile(
            given + own.map { EnvironmentFile.Variable(name: $0.0, value: Secret($0.1)) })
    }

    /// What makes the installer choose this unit's name: nothing for its defaults, else the part behind `k3s-`.
    private static func name(_ unit: ServiceUnit) throws(NodeError) -> String? {
        if unit.name == unit.role.defaultUnit { return nil }
        guard unit.name.hasPrefix("k3s-"), unit.name.hasSuffix(".service") else {
            throw unfit(unit.name, "the installer cannot write a unit of that name")
        }
        return String(unit.name.dropFirst("k3s-".count).dropLast(".service".count))
    }

    private static func unfit(_ unit: String, _ reason: String) -> NodeError {
        NodeError(
            .installerUnfit, "the official installer cannot be run for \(unit): \(reason)",
            wayOut: "upgrade this node with --method binary, which leaves unit and environment alone")
    }

    /// The run as a transient unit.
    ///
    /// - Parameter folder: 0700, not on a disk that outlives a boot if there is a choice; it holds the variables.
    package func unit(step: String, script: FilePath, folder: FilePath) -> TransientUnit? {
        TransientUnit(
            step: step, program: "/bin/sh", arguments: [script.string],
            environmentFile: Self.environmentPath(step: step, in: folder),
            output: folder.appending("\(step).log"), limit: Self.limit)
    }

    /// Writes the variables, 0600, runs the unit to its end, and removes them.
    ///
    /// - Returns: whether it ended well.
    package func run(
        step: String, script: FilePath, folder: FilePath, systemd: Systemd
    ) async throws(NodeError) -> Bool {
        guard let unit = unit(step: step, script: script, folder: folder) else {
            throw NodeError(.badName, "\(step) is no name for a step's unit")
        }
        try Durable.createFolder(folder, mode: .ownerReadWriteExecute)
        try Durable.replace(
            Self.environmentPath(step: step, in: folder), with: Array(try environment.text().utf8),
            mode: .ownerReadWrite)
        do throws(NodeError) {
            let endedWell = try await systemd.run(unit)
            try Durable.remove(Self.environmentPath(step: step, in: folder))
            return endedWell
        } catch {
            try? Durable.remove(Self.environmentPath(step: step, in: folder))
            throw error
        }
    }

    private static func environmentPath(step: String, in folder: FilePath) -> FilePath {
        folder.appending("\(step).env")
    }
}

extension NodeError.Code {
    package static let installerUnfit = Self(rawValue: "installer-unfit")
}
