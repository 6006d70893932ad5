package import SystemPackage

/// What the kernel says about a path itself, a symbolic link not followed unless asked.
package struct FileFacts: Sendable, Equatable {
    package enum Kind: Sendable, Equatable { case file, folder, link, other }

    package let kind: Kind
    package let size: Int64
    package let mode: FilePermissions
    package let owner: FileOwner

    /// Nil if there is nothing at the path.
    package init?(at path: FilePath, following: Bool = false) throws(NodeError) {
        do {
            self.init(try Stat(path, followTargetSymlink: following))
        } catch {
            switch error {
            case .noSuchFileOrDirectory, .notDirectory: return nil
            default: throw .file("look at", path, error)
            }
        }
    }

    init(_ stat: Stat) {
        kind =
            switch stat.type {
            case .regular: .file
            case .directory: .folder
            case .symbolicLink: .link
            default: .other
            }
        size = stat.size
        mode = stat.permissions
        owner = FileOwner(user: stat.userID.rawValue, group: stat.groupID.rawValue)
    }
}
