package import SystemPackage

/// One file in a folder of saved files, and what it was like at its own place.
package struct SavedFile: Sendable, Equatable, Codable {
    /// What a file is to the node; an open set, kept in manifests.
    package struct Part: RawRepresentable, Hashable, Sendable, Codable {
        package let rawValue: String

        package init(rawValue: String) { self.rawValue = rawValue }

        package static let binary = Self(rawValue: "binary")
        package static let unit = Self(rawValue: "unit")
        package static let environment = Self(rawValue: "environment")
        package static let configuration = Self(rawValue: "configuration")
        /// Tokens and passwords without which a datastore's copy cannot be used.
        package static let identity = Self(rawValue: "identity")
        package static let datastore = Self(rawValue: "datastore")
    }

    package let part: Part
    /// Its own place on the node.
    package let path: String
    /// Permission bits at its own place; the copy is for its owner only.
    package let mode: UInt32
    package let owner: FileOwner
    package let digest: FileDigest
    /// Its name in the folder.
    package let stored: String

    package var place: FilePath { FilePath(path) }
    package var permissions: FilePermissions { FilePermissions(rawValue: mode) }
}
