internal import FoundationEssentials
package import SystemPackage

/// Copies of files of the node in a folder of root's, with a manifest of their hashes: a rollback kit, or what lies
/// beside a snapshot.
package struct SavedFolder: Sendable, Equatable {
    package static let manifestName = "manifest.json"
    private static let manifestLimit = 4 << 20
    static let folderMode: FilePermissions = .ownerReadWriteExecute
    static let fileMode: FilePermissions = .ownerReadWrite

    package let folder: FilePath
    package let manifest: SavedManifest

    /// A file to save: what it is, and its place without the root's prefix.
    package struct Item: Sendable, Equatable {
        package let part: SavedFile.Part
        package let path: FilePath

        package init(_ part: SavedFile.Part, _ path: FilePath) {
            self.part = part
            self.path = path
        }
    }

    /// Copies the items that exist, durably, manifest last. A folder with a manifest is never written over.
    ///
    /// - Parameter kept: files that are in the folder already, under the names they are stored by.
    @concurrent
    package static func save(
        _ items: [Item], of root: SystemRoot, to folder: FilePath, name: String, created: Int64,
        facts: [String: String] = [:], kept: [SavedFile] = []
    ) async throws(NodeError) -> SavedFolder {
        if try FileFacts(at: folder.appending(manifestName)) != nil {
            throw NodeError(.savedAlready, "\(folder) holds saved files already", wayOut: "verify those and use them")
        }
        try Durable.createFolder(folder, mode: folderMode)
        var files = kept
        for item in items {
            let source = root.path(item.path)
            guard let facts = try FileFacts(at: source, following: true), facts.kind == .file else { continue }
            // Numbered, so that two files of one name do not meet.
            let stored = "\(files.count)-\(item.path.lastComponent?.string ?? "file")"
            let digest = try await Durable.copy(
                source, to: folder.appending(stored), mode: fileMode, owner: FileOwner.current, following: true)
            files.append(
                SavedFile(
                    part: item.part, path: item.path.string, mode: UInt32(facts.mode.rawValue), owner: facts.owner,
                    digest: digest, stored: stored))
        }
        let manifest = SavedManifest(name: name, created: created, facts: facts, files: files)
        try Durable.replace(folder.appending(manifestName), with: try encode(manifest), mode: fileMode)
        return SavedFolder(folder: folder, manifest: manifest)
    }

    /// Reads the manifest; nil for a folder without one, whose saving never came to its end.
    package static func open(_ folder: FilePath) throws(NodeError) -> SavedFolder? {
        let path = folder.appending(manifestName)
        guard let bytes = try PlainFile.bytesIfPresent(path, limit: manifestLimit) else { return nil }
        let manifest: SavedManifest
        do {
            manifest = try JSONDecoder().decode(SavedManifest.self, from: Data(bytes))
        } catch {
            throw NodeError(.savedUnreadable, "\(path) is not a manifest", cause: error)
        }
        guard manifest.format == SavedManifest.format else {
            throw NodeError(
                .savedUnreadable, "\(path) is of format \(manifest.format), which this agent does not know",
                wayOut: "update the agent")
        }
        // The names are used as paths: nothing may lead out of the folder.
        guard manifest.files.allSatisfy({ FilePath.Component($0.stored)?.kind == .regular }) else {
            throw NodeError(.savedUnreadable, "\(path) names files outside of its folder")
        }
        return SavedFolder(folder: folder, manifest: manifest)
    }

    private static func encode(_ manifest: SavedManifest) throws(NodeError) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return try Array(encoder.encode(manifest)) + [10]
        } catch {
            throw NodeError(.savedUnreadable, "the manifest cannot be written as JSON", cause: error)
        }
    }

    /// Reads and hashes every copy again; empty means that all are what the manifest says.
    package func problems() async -> [SavedProblem] {
        var problems: [SavedProblem] = []
        for file in manifest.files {
            do {
                guard let digest = try await FileDigest.ofPresent(folder.appending(file.stored)) else {
                    problems.append(SavedProblem(path: file.path, kind: .missing))
                    continue
                }
                if digest != file.digest {
                    problems.append(SavedProblem(path: file.path, kind: .changed(found: digest)))
                }
            } catch {
                problems.append(SavedProblem(path: file.path, kind: .unreadable("\(error)")))
            }
        }
        return problems
    }

    /// The saved files of these parts whose originals are missing or differ in bytes, mode or owner.
    package func differing(_ parts: Set<SavedFile.Part>, in root: SystemRoot) async throws(NodeError) -> [SavedFile] {
        var found: [SavedFile] = []
        for file in manifest.files where parts.contains(file.part) {
            let place = root.path(file.place)
            let facts = try FileFacts(at: place, following: true)
            let same = facts?.kind == .file && facts?.mode == file.permissions && facts?.owner == file.owner
            if same, try await FileDigest.ofPresent(place, following: true) == file.digest { continue }
            found.append(file)
        }
        return found
    }

    /// The places of the saved files of these parts that exist, and the folders they are in.
    package func places(_ parts: Set<SavedFile.Part>, in root: SystemRoot) throws(NodeError) -> [FilePath] {
        var found: [FilePath] = []
        for file in manifest.files where parts.contains(file.part) {
            let place = root.path(file.place)
            guard try FileFacts(at: place, following: true)?.kind == .file else { continue }
            found.append(place)
            let folder = place.removingLastComponent()
            if !found.contains(folder) { found.append(folder) }
        }
        return found
    }

    /// Puts these files back in their places, each whole and durable, and only if its copy is still what it was.
    package func putBack(_ files: [SavedFile], in root: SystemRoot) async throws(NodeError) {
        for file in files {
            let place = root.path(file.place)
            let parent = place.removingLastComponent()
            if try FileFacts(at: parent, following: true) == nil {
                try Durable.createFolder(parent, mode: [.ownerReadWriteExecute, .groupReadExecute, .otherReadExecute])
            }
            try await Durable.copy(
                folder.appending(file.stored), to: place, mode: file.permissions, owner: file.owner,
                expecting: file.digest)
        }
    }

    /// Bytes that the items take up.
    package static func size(of items: [Item], in root: SystemRoot) throws(NodeError) -> Int64 {
        var sum: Int64 = 0
        for item in items { sum += try FileFacts(at: root.path(item.path), following: true)?.size ?? 0 }
        return sum
    }
}

extension NodeError.Code {
    package static let savedAlready = Self(rawValue: "saved-already")
    package static let savedUnreadable = Self(rawValue: "saved-unreadable")
}
