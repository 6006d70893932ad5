package import SystemPackage
package import Wire

/// Puts the agent on its node: binary, units, account, key and policy. Run as root by the operator's own sudo login;
/// every part can be repeated, and only what differs is written.
package struct AgentInstallation: Sendable {
    let root: SystemRoot
    let runner: CommandRunner
    /// This very program.
    let program: FilePath
    /// Who owns what is written; another than root only in tests.
    let owner: FileOwner

    package init(
        root: SystemRoot = .real, runner: CommandRunner, program: FilePath = "/proc/self/exe", owner: FileOwner = .root
    ) {
        self.root = root
        self.runner = runner
        self.program = program
        self.owner = owner
    }

    /// Never throws: what was done before a failure is part of the report.
    package func install(_ document: InstallDocument) async -> InstallReport {
        var changes = InstallationChanges()
        do {
            let policy = try await install(document, &changes)
            return InstallReport(changed: changes.names, policy: policy)
        } catch {
            return InstallReport(changed: changes.names, failure: Failure(installation: error))
        }
    }

    private func install(
        _ document: InstallDocument, _ changes: inout InstallationChanges
    ) async throws(NodeError) -> NodePolicy {
        try requireSystemd()
        let units = AgentUnits(systemd: Systemd(runner))
        let binary = try await staleBinary()
        let files = try staleFiles()
        // Stopped before the first write and started after the last: then an installation that breaks off in between
        // leaves no process of the old binary or the old unit that a second one would take for the new. A step that
        // the agent is in is taken up from the journal when it is back.
        if binary != nil || !files.isEmpty { try await units.halt() }
        if let binary { try await placeBinary(binary, &changes) }
        for file in files { try place(file, &changes) }
        let account = try await LoginAccount(root: root, runner: runner).ensure()
        if account.changed { changes.add("account \(AgentPlaces.account)") }
        try placeKeys(document, group: account.owner.group, &changes)
        let policy = try placePolicy(document, &changes)
        try Durable.createFolder(root.path(AgentPlaces.state), mode: .ownerReadWriteExecute)
        try await units.bringUp(&changes)
        return policy
    }

    private func requireSystemd() throws(NodeError) {
        guard try FileFacts(at: root.path("/run/systemd/system"))?.kind == .folder else {
            throw NodeError(
                .systemdMissing, "systemd does not run on this node",
                wayOut: "K3s' own installer needs it or OpenRC; only systemd is supported here")
        }
    }

    /// This program's digest, if the installed one is another.
    private func staleBinary() async throws(NodeError) -> FileDigest? {
        let wanted = try await FileDigest.of(program, following: true)
        return try await FileDigest.ofPresent(root.path(AgentPlaces.binary)) == wanted ? nil : wanted
    }

    private func placeBinary(_ wanted: FileDigest, _ changes: inout InstallationChanges) async throws(NodeError) {
        let place = root.path(AgentPlaces.binary)
        try makeFolder(of: place)
        let written = try await Durable.copy(program, to: place, mode: .folder, owner: owner, following: true)
        guard written == wanted else {
            throw NodeError(.fileFailed, "\(program) changed while it was copied to \(place)", wayOut: "install again")
        }
        changes.add(AgentPlaces.binary.string)
    }

    private func staleFiles() throws(NodeError) -> [PackagedFile] {
        var stale: [PackagedFile] = []
        for file in PackagedFile.all
        where try PlainFile.bytesIfPresent(root.path(file.path), limit: 64 * 1024) != file.bytes {
            stale.append(file)
        }
        return stale
    }

    private func place(_ file: PackagedFile, _ changes: inout InstallationChanges) throws(NodeError) {
        try makeFolder(of: root.path(file.path))
        try Durable.replace(root.path(file.path), with: file.bytes, mode: .text, owner: owner)
        changes.add(file.path.string)
    }

    /// One that exists is the system's, and its mode is left alone.
    private func makeFolder(of file: FilePath) throws(NodeError) {
        let folder = file.removingLastComponent()
        guard try FileFacts(at: folder, following: true) == nil else { return }
        try Durable.createFolder(folder, mode: .folder)
    }

    /// The account may read its keys and change nothing: sshd reads them with the account's rights (StrictModes
    /// wants no writer but root and the account, up to the home).
    private func placeKeys(
        _ document: InstallDocument, group: UInt32, _ changes: inout InstallationChanges
    ) throws(NodeError) {
        let ours = FileOwner(user: owner.user, group: group)
        for folder in [AgentPlaces.home, AgentPlaces.keyFolder] {
            try Durable.createFolder(root.path(folder), mode: [.ownerReadWriteExecute, .groupReadExecute])
            try setOwner(of: root.path(folder), ours)
        }
        let place = root.path(AgentPlaces.keys)
        let present = try PlainFile.bytesIfPresent(place, limit: AuthorizedKeys.limit)
        let kept = document.onlyThisKey ? AuthorizedKeys(keys: []) : AuthorizedKeys(text: present ?? [])
        let wanted = kept.adding(document.key).bytes
        if present == wanted, try FileFacts(at: place)?.owner == ours { return }
        try Durable.replace(place, with: wanted, mode: [.ownerReadWrite, .groupRead], owner: ours)
        changes.add(AgentPlaces.keys.string)
    }

    private func placePolicy(
        _ document: InstallDocument, _ changes: inout InstallationChanges
    ) throws(NodeError) -> NodePolicy {
        let file = NodePolicyFile(root: root)
        if !document.replacePolicy, let present = try file.read() { return present }
        // One that cannot be read is replaced only when asked for, and then need not be read.
        if document.replacePolicy, let present = try? file.read(), present == document.policy { return present }
        try file.write(document.policy, owner: owner)
        changes.add(AgentPlaces.policy.string)
        return document.policy
    }

    private func setOwner(of folder: FilePath, _ owner: FileOwner) throws(NodeError) {
        do {
            let descriptor = try FileDescriptor.open(
                folder, .readOnly, options: [.directory, .noFollow, .closeOnExec])
            try descriptor.closeAfter { try descriptor.setOwner(owner) }
        } catch {
            throw .file("set the owner of", folder, error.errno)
        }
    }
}

extension FilePermissions {
    /// 0755, for folders and programs.
    static let folder: FilePermissions = [.ownerReadWriteExecute, .groupReadExecute, .otherReadExecute]
    /// 0644.
    static let text: FilePermissions = [.ownerReadWrite, .groupRead, .otherRead]
}

extension NodeError.Code {
    package static let systemdMissing = Self(rawValue: "systemd-missing")
}
