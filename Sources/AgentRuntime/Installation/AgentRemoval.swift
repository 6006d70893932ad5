internal import AgentCore
internal import SystemPackage
package import Wire

/// Takes the agent off its node. The journal, the rollback kits and the snapshots stay unless they are asked for:
/// they are the way back.
package struct AgentRemoval: Sendable {
    private let root: SystemRoot
    private let runner: CommandRunner

    package init(root: SystemRoot = .real, runner: CommandRunner) {
        self.root = root
        self.runner = runner
    }

    /// Never throws: what was done before a failure is part of the report.
    package func remove(_ document: RemoveDocument) async -> InstallReport {
        var changes = InstallationChanges()
        do {
            try await remove(document, &changes)
            return InstallReport(changed: changes.names)
        } catch {
            return InstallReport(changed: changes.names, failure: Failure(installation: error))
        }
    }

    private func remove(_ document: RemoveDocument, _ changes: inout InstallationChanges) async throws(NodeError) {
        let systemd = Systemd(runner)
        let steps = try await systemd.runningSteps()
        guard steps.isEmpty else {
            throw NodeError(
                .stepRunning, "a step runs on this node: \(steps.joined(separator: ", "))",
                wayOut: "let the run end (`coordinator upgrade` again resumes it), then remove the agent")
        }
        let units = AgentUnits(systemd: systemd)
        // Only what no agent writes any more is the last word.
        try await units.halt()
        do throws(NodeError) {
            try requireNothingUnfinished()
        } catch {
            var ignored = InstallationChanges()
            do throws(NodeError) {
                try await units.bringUp(&ignored)
            } catch let stuck {
                Log.error("the agent could not be started again: \(stuck)")
            }
            throw error
        }
        try await units.takeDown(&changes)
        // The way in first: from here on nothing answers to the key any more.
        try removeTree(AgentPlaces.home, &changes)
        for file in PackagedFile.all { try removeFile(file.path, &changes) }
        try await systemd.reload()
        if try await LoginAccount(root: root, runner: runner).remove() {
            changes.add("account \(AgentPlaces.account)")
        }
        try removeTree(AgentPlaces.policy.removingLastComponent(), &changes)
        if document.purge { try removeTree(AgentPlaces.state, &changes) }
        // Last, so that a removal that broke off can be run again.
        try removeFile(AgentPlaces.binary, &changes)
    }

    /// Throws `stepRunning` where the journal tells of something that nobody would do any more without the agent.
    private func requireNothingUnfinished() throws(NodeError) {
        guard let state = try JournalFile.state(in: root.path(AgentPlaces.state)), try !isUninstalled() else { return }
        if let step = state.current?.step {
            throw NodeError(
                .stepRunning, "the agent on this node is in the middle of \(step)",
                wayOut: "let the run end (`coordinator upgrade` again resumes it), then remove the agent")
        }
        let held = state.held.map(\.node.text).joined(separator: ", ")
        guard held.isEmpty else {
            throw NodeError(
                .stepRunning, "the agent on this node has yet to give back \(held)",
                wayOut:
                    "`coordinator release` gives back what is Ready; what is not, `kubectl uncordon NODE` and `kubectl "
                    + "annotate node NODE \(Kubectl.cordonAnnotation)-`, and wait a minute; then remove the agent"
            )
        }
    }

    /// Where K3s is gone no agent can do anything more.
    private func isUninstalled() throws(NodeError) -> Bool {
        do throws(NodeError) {
            _ = try NodeInstallation.discover(in: root)
            return false
        } catch {
            guard error.code == .unitMissing else { return false }
        }
        for binary: FilePath in ["/usr/local/bin/k3s", "/opt/bin/k3s"]
        where try FileFacts(at: root.path(binary), following: true) != nil {
            return false
        }
        return true
    }

    private func removeFile(_ path: FilePath, _ changes: inout InstallationChanges) throws(NodeError) {
        guard try FileFacts(at: root.path(path)) != nil else { return }
        try Durable.remove(root.path(path))
        changes.add(path.string)
    }

    private func removeTree(_ path: FilePath, _ changes: inout InstallationChanges) throws(NodeError) {
        guard try FileFacts(at: root.path(path)) != nil else { return }
        try Durable.removeTree(root.path(path))
        changes.add(path.string)
    }
}

extension NodeError.Code {
    package static let stepRunning = Self(rawValue: "step-running")
}
