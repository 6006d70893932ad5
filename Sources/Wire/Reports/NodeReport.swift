/// What an agent says of its own node.
package struct NodeReport: Hashable, Sendable, Codable {
    /// The name K3s registers the node by.
    package let name: NodeName
    package let role: Role
    package let architecture: Architecture
    /// Of the binary on disk.
    package let versionOnDisk: K3sVersion?
    /// Of the binary that the running service was started from; nil while it does not run.
    package let versionRunning: K3sVersion?
    package let unit: String
    /// Nil on workers.
    package let datastore: Datastore?
    /// Free bytes where the binary and the kits lie.
    package let freeBytes: Int
    package let readiness: Readiness
    /// Newest first.
    package let snapshots: [SnapshotReport]

    package init(
        name: NodeName, role: Role, architecture: Architecture, versionOnDisk: K3sVersion?,
        versionRunning: K3sVersion?, unit: String, datastore: Datastore?, freeBytes: Int, readiness: Readiness,
        snapshots: [SnapshotReport]
    ) {
        self.name = name
        self.role = role
        self.architecture = architecture
        self.versionOnDisk = versionOnDisk
        self.versionRunning = versionRunning
        self.unit = unit
        self.datastore = datastore
        self.freeBytes = freeBytes
        self.readiness = readiness
        self.snapshots = snapshots
    }
}

/// An agent's own verdict on rolling its node back right now.
package struct Readiness: Hashable, Sendable, Codable {
    package enum Verdict: String, Sendable, Codable {
        /// The kit's binary, unit and environment can be put back.
        case reinstall
        /// The kit and a verified snapshot are there: the server's minor can be taken back by a restore.
        case restore
        /// The kit is there, and the server would join another one that was restored: its own database does not go back.
        /// Worth as much as that other one's word.
        case rejoin
        /// None of them; `reason` says why.
        case notReady = "not-ready"
    }

    package let verdict: Verdict
    /// What the node would go back to.
    package let version: K3sVersion?
    /// Why it is not ready; empty otherwise.
    package let reason: String

    package init(verdict: Verdict, version: K3sVersion?, reason: String = "") {
        self.verdict = verdict
        self.version = version
        self.reason = reason
    }
}

/// A verified snapshot on a server's disk.
package struct SnapshotReport: Hashable, Sendable, Codable {
    package let name: String
    package let path: String
    package let datastore: Datastore
    package let bytes: Int
    package let sha256: String
    /// The run it was taken for.
    package let run: RunID
    /// Seconds since 1970 on the node's clock: for people.
    package let takenAt: Int
    package let version: K3sVersion?

    package init(
        name: String, path: String, datastore: Datastore, bytes: Int, sha256: String, run: RunID, takenAt: Int,
        version: K3sVersion?
    ) {
        self.name = name
        self.path = path
        self.datastore = datastore
        self.bytes = bytes
        self.sha256 = sha256
        self.run = run
        self.takenAt = takenAt
        self.version = version
    }
}
