import AgentRuntime
import SystemPackage

/// A folder for one test, gone with it.
final class TemporaryFolder {
    let path: FilePath

    init() throws {
        let name = "agent-test-\(UInt64.random(in: .min ... .max))"
        path = FilePath("/tmp").appending(name)
        try Durable.createFolder(path, mode: .ownerReadWriteExecute)
    }

    deinit { try? Durable.removeTree(path) }

    var root: SystemRoot { SystemRoot(path) }

    /// Writes a text below the folder, folders above it included.
    @discardableResult
    func write(_ text: String, to place: FilePath, mode: FilePermissions = .ownerReadWrite) throws -> FilePath {
        try write(Array(text.utf8), to: place, mode: mode)
    }

    @discardableResult
    func write(_ bytes: [UInt8], to place: FilePath, mode: FilePermissions = .ownerReadWrite) throws -> FilePath {
        let full = root.path(place)
        if try FileFacts(at: full.removingLastComponent()) == nil {
            try Durable.createFolder(full.removingLastComponent(), mode: .ownerReadWriteExecute)
        }
        try Durable.replace(full, with: bytes, mode: mode)
        return full
    }

    func text(_ place: FilePath) throws -> String {
        String(decoding: try PlainFile.open(root.path(place)).bytes(limit: 1 << 20), as: UTF8.self)
    }
}
