internal import Glibc
package import SystemPackage

/// Reading folders, with bounds.
package enum Folder {
    /// More entries than any folder we look into has; a limit against what is put there by mistake.
    package static let mostEntries = 10_000
    private static let deepest = 16

    /// The names in a folder, sorted, without `.` and `..`.
    package static func names(in path: FilePath) throws(NodeError) -> [String] {
        guard let stream = opendir(path.string) else { throw .file("list", path, Errno(rawValue: Glibc.errno)) }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { field in
                field.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard name != ".", name != ".." else { continue }
            guard names.count < mostEntries else {
                throw NodeError(.fileTooLarge, "\(path) holds more than \(mostEntries) entries")
            }
            names.append(name)
        }
        return names.sorted()
    }

    /// As `names`, with none for a folder that is not there.
    package static func namesIfPresent(in path: FilePath) throws(NodeError) -> [String] {
        do {
            return try names(in: path)
        } catch {
            guard error.code == .fileMissing else { throw error }
            return []
        }
    }

    /// Every plain file below `path`, as paths relative to it, sorted; links and devices are left out.
    package static func files(below path: FilePath) throws(NodeError) -> [FilePath] {
        var found: [FilePath] = []
        try collect(path, FilePath(""), depth: 0, &found)
        return found
    }

    private static func collect(
        _ path: FilePath, _ relative: FilePath, depth: Int, _ found: inout [FilePath]
    ) throws(NodeError) {
        guard depth < deepest else { throw NodeError(.fileTooLarge, "\(path) is nested too deep") }
        for name in try names(in: path) {
            switch try FileFacts(at: path.appending(name))?.kind {
            case .file:
                guard found.count < mostEntries else {
                    throw NodeError(.fileTooLarge, "\(path) holds more than \(mostEntries) files")
                }
                found.append(relative.appending(name))
            case .folder:
                try collect(path.appending(name), relative.appending(name), depth: depth + 1, &found)
            default: continue
            }
        }
    }
}
