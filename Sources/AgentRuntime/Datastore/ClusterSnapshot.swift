package import SystemPackage
package import Wire

/// A datastore's copy and beside it all that is needed to use it: token, unit, environment, configuration.
package struct ClusterSnapshot: Sendable, Equatable {
    package let saved: SavedFolder

    package init?(_ saved: SavedFolder) {
        guard saved.manifest.files.contains(where: { $0.part == .datastore }) else { return nil }
        self.saved = saved
    }

    package var name: String { saved.manifest.name }
    /// Seconds since 1970, by this node's clock.
    package var created: Int64 { saved.manifest.created }

    package var datastore: Datastore? {
        saved.manifest.facts[SnapshotStore.Fact.datastore].flatMap { Datastore(rawValue: $0) }
    }

    /// The copy itself, in the snapshot's folder.
    package var path: FilePath {
        saved.folder.appending(copy?.stored ?? "")
    }

    package var digest: FileDigest? { copy?.digest }

    /// Whether a token is among what was saved: without one the copy cannot be restored.
    package var hasToken: Bool {
        saved.manifest.files.contains { $0.part == .identity && $0.path.hasSuffix("/server/token") }
    }

    private var copy: SavedFile? { saved.manifest.files.first { $0.part == .datastore } }

    /// Verifies all again, from the bytes on the disk: every hash, and the copy's own integrity.
    ///
    /// - Returns: what is wrong; empty if the snapshot can be restored.
    package func problems(deadline: Duration) async -> [String] {
        var problems = await saved.problems().map(\.description)
        if !hasToken { problems.append("the snapshot \(name) has no token beside it: it could not be restored") }
        do {
            switch datastore {
            case .sqlite: try await SQLiteBackup.verify(path, deadline: deadline)
            case .etcd: _ = try await EtcdSnapshotFile.verify(path)
            default: problems.append("the snapshot \(name) does not say what it is of")
            }
        } catch {
            problems.append("\(error)")
        }
        return problems
    }
}
