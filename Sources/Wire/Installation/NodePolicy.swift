/// What a coordinator's key can make a node do. A root-owned file on the node, written when the agent is installed:
/// whoever has the key cannot change it.
package struct NodePolicy: Hashable, Sendable, Codable {
    /// The only site that releases and their checksum lists are fetched from: holds `download/<version>/<file>`.
    package var releases: String
    /// Where the official installer is fetched from.
    package var installer: String
    /// Whether a coordinator may push artifacts (for nodes without a way to the site).
    package var acceptsPushedArtifacts: Bool
    /// The public key that snapshots are encrypted to when they leave the node; nil: they never do.
    package var snapshotRecipient: String?
    /// Whether the operator's probes may run commands in pods.
    package var probesMayExec: Bool

    package init(
        releases: String, installer: String, acceptsPushedArtifacts: Bool = false, snapshotRecipient: String? = nil,
        probesMayExec: Bool = false
    ) {
        self.releases = releases
        self.installer = installer
        self.acceptsPushedArtifacts = acceptsPushedArtifacts
        self.snapshotRecipient = snapshotRecipient
        self.probesMayExec = probesMayExec
    }
}
