/// What a folder of saved files holds. It is written last, so that its presence says that all the rest is there.
package struct SavedManifest: Sendable, Equatable, Codable {
    package static let format = 1

    package let format: Int
    /// The run, or the snapshot's name.
    package let name: String
    /// Seconds since 1970 on this node's own clock; for people and for the order of retention.
    package let created: Int64
    /// What else a person needs to use the files: version, unit, datastore, node name. Never secrets.
    package let facts: [String: String]
    package let files: [SavedFile]

    package init(name: String, created: Int64, facts: [String: String], files: [SavedFile]) {
        format = Self.format
        self.name = name
        self.created = created
        self.facts = facts
        self.files = files
    }
}
