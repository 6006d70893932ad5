package import SystemPackage

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

    /// Makes unit and environment (or other parts, if asked for) what they were, durably, and systemd aware of it. Safe
    /// to repeat; changes nothing where nothing differs. Restarting the unit is the caller's.
    ///
    /// - Parameter flush: brings a file or a folder onto the disk.
    /// - Returns: the paths that were put back.
    @discardableResult
    package func putBack(
        _ parts: Set<SavedFile.Part> = RollbackKit.definition, in root: SystemRoot, systemd: Systemd,
        flush: (FilePath) throws(NodeError) -> Void = Durable.synchronize
    ) async throws(NodeError) -> [String] {
        let files = try await saved.differing(parts, in: root)
        if !files.isEmpty { try await saved.putBack(files, in: root) }
        guard !parts.isDisjoint(with: Self.definition) else { return files.map(\.path) }
        // The installer deletes the unit by way of disabling it, so enablement is checked even if the files are back.
        // Enabling goes by the files on disk, and has systemd read them anew.
        if let unitName, wasEnabled, try await !systemd.isEnabled(unitName) {
            try await systemd.enable(unitName)
        } else if !files.isEmpty {
            try await systemd.reload()
        }
        // The installer writes what it writes without a flush, and so does systemctl with its links: what equals the kit
        // may yet be lost with the power, and an empty unit file would be left.
        for path in try saved.places(parts, in: root) + enablingFolders(in: root) { try flush(path) }
        return files.map(\.path)
    }

    /// The folders in which systemd's links make the unit start at boot.
    private func enablingFolders(in root: SystemRoot) throws(NodeError) -> [FilePath] {
        guard let unitName else { return [] }
        var found: [FilePath] = []
        for folder in NodeInstallation.unitFolders.map(root.path) {
            for name in try Folder.namesIfPresent(in: folder)
            where name.hasSuffix(".wants") || name.hasSuffix(".requires") {
                let links = folder.appending(name)
                if try FileFacts(at: links.appending(unitName)) != nil { found += [links, folder] }
            }
        }
        return found
    }
}
