package import SystemPackage

/// A folder of saved folders, one a run or a snapshot, the oldest of which go.
package struct SavedStore: Sendable, Equatable {
    package let folder: FilePath

    package init(_ folder: FilePath) { self.folder = folder }

    package func place(of name: String) throws(NodeError) -> FilePath {
        try SavedName.check(name)
        return folder.appending(name)
    }

    /// Nil if there is none, or one whose saving never came to its end.
    package func open(_ name: String) throws(NodeError) -> SavedFolder? {
        try SavedFolder.open(place(of: name))
    }

    /// All that are complete, the newest first.
    package func all() throws(NodeError) -> [SavedFolder] {
        var found: [SavedFolder] = []
        for name in try Folder.namesIfPresent(in: folder) where (try? SavedName.check(name)) != nil {
            if let saved = try SavedFolder.open(folder.appending(name)) { found.append(saved) }
        }
        return found.sorted { ($0.manifest.created, $0.manifest.name) > ($1.manifest.created, $1.manifest.name) }
    }

    /// Makes room for one of this name: what an interrupted saving left is removed. A complete one stays.
    package func prepare(_ name: String) throws(NodeError) -> FilePath {
        let place = try place(of: name)
        try Durable.createFolder(folder, mode: SavedFolder.folderMode)
        if try open(name) == nil { try Durable.removeTree(place) }
        return place
    }

    /// Removes all but the newest `count` and those named.
    ///
    /// - Parameter removeBelongings: removes what belongs to one elsewhere; called again where a removal was cut short.
    /// - Returns: the names of the removed.
    @discardableResult
    package func prune(
        keeping count: Int, protecting names: Set<String>,
        removeBelongings: (SavedFolder) throws(NodeError) -> Void = { (_) throws(NodeError) in }
    ) throws(NodeError) -> [String] {
        let old = try all().dropFirst(max(0, count)).filter { !names.contains($0.manifest.name) }
        for saved in old {
            try removeBelongings(saved)
            // Without its manifest a folder counts as never finished: so a removal cut short is one that goes on.
            try Durable.remove(saved.folder.appending(SavedFolder.manifestName))
            try Durable.removeTree(saved.folder)
        }
        return old.map(\.manifest.name)
    }
}
