extension NodeError.Code {
    package static let snapshotFailed = Self(rawValue: "snapshot-failed")
    /// A snapshot is there but its bytes are not whole.
    package static let snapshotCorrupt = Self(rawValue: "snapshot-corrupt")
    /// The command said that all was well, and there is no snapshot.
    package static let snapshotMissing = Self(rawValue: "snapshot-missing")
}
