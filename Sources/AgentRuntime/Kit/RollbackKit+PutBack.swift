internal import SystemPackage

extension RollbackKit {
    /// What the official installer rewrites, and deletes on its way.
    package static let definition: Set<SavedFile.Part> = [.unit, .environment, .configuration]

    /// The paths, of these parts, that are missing or differ from the kit.
    package func differing(
        _ parts: Set<SavedFile.Part> = RollbackKit.definition, in root: SystemRoot
    ) async throws(NodeError) -> [String] {
        try await saved.differing(parts, in: root).map(\.path)
    }

    /// Makes unit, environment and configuration (and the binary, if asked for) what they were, durably, and systemd
    /// aware of it. Safe to repeat; does nothing where nothing differs. Restarting the unit is the caller's.
    ///
    /// - Returns: the paths that were put back.
    @discardableResult
    package func putBack(
        _ parts: Set<SavedFile.Part> = RollbackKit.definition, in root: SystemRoot, systemd: Systemd
    ) async throws(NodeError) -> [String] {
        let files = try await saved.differing(parts, in: root)
        if !files.isEmpty {
            try await saved.putBack(files, in: root)
            try await systemd.reload()
        }
        // The installer deletes the unit by way of disabling it, so enablement is checked even if the files are back.
        if let unitName, wasEnabled, try await !systemd.status(unitName).isEnabled {
            // An agent that died between the files and the reload left systemd with the old idea of the unit.
            try await systemd.reload()
            try await systemd.enable(unitName)
        }
        return files.map(\.path)
    }
}
