internal import SystemPackage
internal import Wire

/// Unit and environment from the moment the official installer is let loose on them until they are put back. What is
/// owed in between is written down, since nothing else tells an installer's leavings from what an operator has changed.
extension NodeSteps {
    /// The run of whose kit unit and environment are.
    private var owedPath: FilePath { stores.folder.appending("definition-owed") }

    func oweDefinition(to run: RunID) throws(NodeError) {
        try Durable.replace(owedPath, with: Array(run.text.utf8), mode: .ownerReadWrite)
    }

    func definitionIsPutBack() throws(NodeError) { try Durable.remove(owedPath) }

    /// Nil where nothing is owed, or where K3s was uninstalled since.
    private func owedKit() throws(NodeError) -> RollbackKit? {
        guard let bytes = try PlainFile.bytesIfPresent(owedPath, limit: 64),
            let kit = try stores.kits.open(String(decoding: bytes, as: UTF8.self)).map(RollbackKit.init),
            let binary = kit.saved.manifest.files.first(where: { $0.part == .binary })?.place,
            try FileFacts(at: root.path(binary), following: true) != nil
        else { return nil }
        return kit
    }

    /// Before anything rests on unit and environment: puts back what a step that ended could not. Does nothing where
    /// nothing is owed.
    func payDefinition() async throws(NodeError) {
        guard let kit = try owedKit() else { return }
        let put = try await kit.putBack(in: root, systemd: Systemd(runner))
        try definitionIsPutBack()
        Log.info("put back from the kit \(kit.saved.manifest.name): \(put.joined(separator: ", "))")
    }

    /// When the agent comes back: nothing on the node says that it is one of K3s where the installer had deleted the unit
    /// when the power went. In the middle of a step what is owed stays so, since the installer may still be writing.
    func mendDefinition(inStep: Bool) async {
        do throws(NodeError) {
            guard inStep else { return try await payDefinition() }
            guard (try? installation()) == nil, let kit = try owedKit() else { return }
            try await kit.putBack(in: root, systemd: Systemd(runner))
        } catch {
            Log.error("unit and environment could not be put back: \(error)")
        }
    }
}
