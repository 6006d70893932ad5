internal import Processes
package import SystemPackage

/// Snapshots of embedded etcd, taken through k3s and believed only when found and verified.
package struct EtcdSnapshots: Sendable {
    /// The start of our snapshots' names. K3s prunes by plain prefix: a name that starts with its own schedule's
    /// `etcd-snapshot` would be pruned with those.
    package static let prefix = "k3s-upgrade-"
    /// k3s gives up after two minutes while the server may still finish.
    package static let deadline: Duration = .seconds(180)

    private let k3s: FilePath
    private let dataFolder: FilePath
    /// What the server is told otherwise about snapshots of its schedule.
    private let overrides: [String]
    private let root: SystemRoot
    private let runner: CommandRunner

    /// Throws `unitUnclear` where K3s' configuration is not plain.
    package init(of installation: NodeInstallation, runner: CommandRunner) throws(NodeError) {
        k3s = installation.root.path(installation.binary)
        dataFolder = installation.dataFolder
        root = installation.root
        self.runner = runner
        let folder = Self.folder(in: dataFolder)
        // By the names that the configuration has: K3s reads that for this command, too, and refuses two forms of one
        // flag (`--dir` is another of the first).
        let configuration = installation.configuration
        overrides =
            (try configuration.text(.snapshotDir) == nil ? [] : ["--etcd-snapshot-dir", folder.string])
            + (try configuration.isOn(.snapshotCompress) ? ["--etcd-snapshot-compress=false"] : [])
    }

    /// Where k3s keeps ours, outside of the root's prefix; those of its schedule may be elsewhere.
    package var folder: FilePath { Self.folder(in: dataFolder) }

    private static func folder(in dataFolder: FilePath) -> FilePath { dataFolder.appending("server/db/snapshots") }

    /// Said only where it is another than k3s' own.
    private var place: [String] {
        (dataFolder == NodeInstallation.defaultDataFolder ? [] : ["--data-dir", dataFolder.string]) + overrides
    }

    func save(named name: String) -> Command {
        Command(
            .at(k3s), ["etcd-snapshot", "save"] + place + ["--name", Self.prefix + name],
            deadline: Self.deadline)
    }

    var list: Command {
        Command(
            .at(k3s), ["etcd-snapshot", "ls"] + place + ["-o", "json"], deadline: .seconds(60), outputLimit: 4 << 20)
    }

    /// Takes one, finds it and verifies it by its own hash.
    ///
    /// Throws `snapshotFailed`, `snapshotMissing`, `snapshotCorrupt`, `commandTimedOut`.
    package func take(named name: String) async throws(NodeError) -> (path: FilePath, digest: FileDigest) {
        try SavedName.check(name)
        // K3s makes its default folder, but not every release does so for one that it is told of.
        if try FileFacts(at: root.path(folder)) == nil {
            try Durable.createFolder(root.path(folder), mode: .ownerReadWriteExecute)
        }
        let before = Set(try files(named: name))
        let result = try await runner.require(
            save(named: name), wayOut: "look at journalctl -u k3s; the server has to run for a snapshot")
        guard Self.says(saved: result) else {
            // Seen in the field: etcd's save fails, and the command prints nothing and exits 0.
            throw NodeError(
                .snapshotMissing, "k3s etcd-snapshot save ended well without saying that anything was saved",
                cause: CommandFailure(
                    command: save(named: name), ending: result.ending, errorOutput: result.errorOutput),
                wayOut: "look at journalctl -u k3s, and at the room on the disk of \(folder)")
        }
        let after = try files(named: name)
        guard let file = after.first(where: { !before.contains($0) }) else {
            throw NodeError(
                .snapshotMissing, "k3s says that a snapshot \(Self.prefix)\(name) was saved, and there is none",
                wayOut: "look into \(folder), and at k3s etcd-snapshot ls")
        }
        let digest = try await EtcdSnapshotFile.verify(root.path(folder).appending(file))
        guard try await listed().contains(where: { $0.name == file && $0.isReady }) else {
            throw NodeError(
                .snapshotMissing, "k3s does not list the snapshot \(file) that it saved",
                wayOut: "look at k3s etcd-snapshot ls")
        }
        return (folder.appending(file), digest)
    }

    /// All that k3s lists.
    package func listed() async throws(NodeError) -> [EtcdSnapshotEntry] {
        try EtcdSnapshotList.parse(try await runner.require(list).output)
    }

    /// Whether k3s printed its one line about a saved snapshot, as plain text or as logfmt.
    static func says(saved result: ChildResult) -> Bool {
        (result.errorOutput + "\n" + result.outputText).split(whereSeparator: \.isNewline)
            .contains { line in line.contains("Snapshot ") && line.contains(" saved.") }
    }

    /// The names of whole snapshot files that start with ours, `.part` left out: k3s adds node and time.
    private func files(named name: String) throws(NodeError) -> [String] {
        let start = "\(Self.prefix)\(name)-"
        return try Folder.namesIfPresent(in: root.path(folder))
            .filter { $0.hasPrefix(start) && !$0.hasSuffix(".part") }
    }
}
