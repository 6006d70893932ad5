internal import SystemPackage

extension RollbackKit {
    /// What the official installer rewrites, and deletes on its way. The configuration is not among it: a change there
    /// since the kit was saved is the operator's.
    package static let definition: Set<SavedFile.Part> = [.unit, .environment]

    /// The paths, of these parts, that are missing or differ from the kit.
    package func differing(
        _ parts: Set<SavedFile.Part> = RollbackKit.definition, in root: SystemRoot
    ) async throws(NodeError) -> [String] {
        try await saved.differing(parts, in: root).map(\.path)
    }

    /// Makes unit and environment (or other parts, if asked for) what they were, durably, and systemd aware of it. Safe to repeat; does nothing where nothing differs. Restarting the unit is the caller's.
    ///
    /// - Returns: the paths that were put back.
    @discardableResult
    package func putBack(
        _ parts: Set<SavedFile.Part> = RollbackKit.definition, in root: SystemRoot, systemd: Systemd
    ) async throws(NodeError) -> [String] {
        let files = try await saved.differing(parts, in: root)
        if !files.isEmpty { try await saved.putBack(files, in: root) }
        // The installer deletes the unit by way of disabling it, so enablement is checked even if the files are back.
        // Enabling goes by the files on disk, and has systemd read them anew.
        if let unitName, wasEnabled, try await !systemd.isEnabled(unitName) {
            try await systemd.enable(unitName)
        } else if !files.isEmpty {
            try await systemd.reload()
        }
        return files.map(\.path)
    }
}
