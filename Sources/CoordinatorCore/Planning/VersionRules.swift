package import Wire

/// Which way a cluster may go from the versions it has.
package enum VersionRules {
    /// What forbids bringing a node at `version` to `target`; empty when nothing does.
    ///
    /// Kubernetes supports neither skipping a minor nor going back one; K3s says the same of its own releases.
    package static func findings(node: NodeName, from version: K3sVersion, to target: K3sVersion) -> [Finding] {
        if target < version {
            return [
                Finding(
                    .refusal, code: "downgrade", about: node.text,
                    problem: "runs \(version), which is newer than \(target)",
                    wayOut: "upgrade to \(version) or later; to go back use `coordinator rollback`")
            ]
        }
        if target.major != version.major || target.minor > version.minor + 1 {
            return [
                Finding(
                    .refusal, code: "skips-minor", about: node.text,
                    problem: "runs \(version); \(target) would skip a minor release",
                    wayOut:
                        "go to the newest v\(version.major).\(version.minor + 1) first (`coordinator status` names it)")
            ]
        }
        return []
    }

    /// Rules of certain releases.
    package static func findings(of release: K3sVersion, datastore: Datastore?, from versions: [K3sVersion])
        -> [Finding]
    {
        guard datastore == .etcd, let oldest = versions.min() else { return [] }
        // etcd 3.6 wants its predecessor at 3.5.26 or later, which K3s ships from v1.33.7+k3s3 on.
        guard let bridge = K3sVersion("v1.33.7+k3s3"), let etcd36 = K3sVersion("v1.34.0+k3s1") else { return [] }
        guard release >= etcd36, oldest < bridge else { return [] }
        return [
            Finding(
                .refusal, code: "etcd-path", about: "etcd",
                problem: "\(release) brings etcd 3.6, which must not follow on \(oldest)",
                wayOut: "go to \(bridge) or a later v1.33 first")
        ]
    }
}
