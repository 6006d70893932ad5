/// A durable point inside a step; every phase can be repeated safely, and one whose effect is there already is not
/// repeated. Names are appended, never reused.
package enum Phase: String, Sendable, Codable, CaseIterable {
    // stage
    /// Checksum list, binary and installer on the node's disk, verified.
    case fetch
    /// The present binary, unit, environment and configuration saved, with their digests.
    case saveKit = "save-kit"

    // snapshot
    case takeSnapshot = "take-snapshot"
    case verifySnapshot = "verify-snapshot"

    // drain
    /// `unschedulable` and our mark, in one guarded write.
    case cordon
    case evict

    // install and rollback
    /// The staged bytes (or the kit's) hashed again, the kit too, before anything changes.
    case check
    /// The binary renamed into place: the point of no return.
    case place
    /// The official installer, as a transient unit.
    case installer
    /// Unit and environment compared with the kit, and put back where they differ.
    case restoreUnit = "restore-unit"
    /// SQLite: the service stopped and its database copied cold.
    case coldCopy = "cold-copy"
    case restart
    /// Until the service is active, from a new invocation, on the new binary; on a server until `/readyz`.
    case await

    // uncordon
    /// Until the node is Ready on its version and its node Lease was renewed.
    case awaitNode = "await-node"
    case uncordon

    /// The phase after whose beginning a step is finished rather than undone.
    package static let pointOfNoReturn = Phase.place
}
