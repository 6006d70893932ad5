/// The ordered steps of a run, as data, with all that they rest on. Printing it is the dry run. It is stored, as the
/// same text, on every agent before the first lease, and every lease carries that text's digest.
package struct Plan: Hashable, Sendable, Codable {
    package enum Purpose: String, Sendable, Codable {
        case upgrade, rollback
    }

    package let run: RunID
    package let purpose: Purpose
    /// What an upgrade brings every node to. A rollback brings each node back to its own `PlannedNode.version`.
    package let target: K3sVersion
    /// Servers first, each group in the order of its steps.
    package let nodes: [PlannedNode]
    package let steps: [Step]
    package let release: PlannedRelease
    package let policy: Policy
    package let baseline: Baseline

    package init(
        run: RunID, purpose: Purpose, target: K3sVersion, nodes: [PlannedNode], steps: [Step], release: PlannedRelease,
        policy: Policy, baseline: Baseline
    ) {
        self.run = run
        self.purpose = purpose
        self.target = target
        self.nodes = nodes
        self.steps = steps
        self.release = release
        self.policy = policy
        self.baseline = baseline
    }

    package func node(_ name: NodeName) -> PlannedNode? { nodes.first { $0.name == name } }

    package var servers: [NodeName] { nodes.filter { $0.role == .server }.map(\.name) }
}

/// A node as it was when the plan was made.
package struct PlannedNode: Hashable, Sendable, Codable {
    package let name: NodeName
    package let role: Role
    package let architecture: Architecture
    /// What it ran before an upgrade; what a rollback brings it back to.
    package let version: K3sVersion

    package init(name: NodeName, role: Role, architecture: Architecture, version: K3sVersion) {
        self.name = name
        self.role = role
        self.architecture = architecture
        self.version = version
    }
}

/// The digests that bind a run to certain bytes.
package struct PlannedRelease: Hashable, Sendable, Codable {
    package struct Binary: Hashable, Sendable, Codable {
        package let architecture: Architecture
        /// In hexadecimal, from the release's checksum list.
        package let sha256: String

        package init(architecture: Architecture, sha256: String) {
            self.architecture = architecture
            self.sha256 = sha256
        }
    }

    package let binaries: [Binary]
    /// Of the official installer's text; nil with `InstallMethod.binary`.
    package let installerSHA256: String?

    package init(binaries: [Binary], installerSHA256: String?) {
        self.binaries = binaries
        self.installerSHA256 = installerSHA256
    }

    package func sha256(for architecture: Architecture) -> String? {
        binaries.first { $0.architecture == architecture }?.sha256
    }
}
