internal import SystemPackage
internal import Wire

/// Whether this node could be rolled back right now, by really hashing what it would be rolled back with.
struct ReadinessVerdict {
    let kit: RollbackKit?
    let snapshots: [ClusterSnapshot]
    let role: Role
    let datastore: Datastore?
    /// The version on disk.
    let version: K3sVersion?

    func judge() async -> Readiness {
        guard let kit else {
            return Readiness(verdict: .notReady, version: nil, reason: "no rollback kit has been saved here")
        }
        guard let former = kit.version else {
            return Readiness(verdict: .notReady, version: nil, reason: "the rollback kit names no version")
        }
        if let problem = await kit.saved.problems().first {
            return Readiness(verdict: .notReady, version: former, reason: "\(problem)".cleaned(limit: 300))
        }
        // Kubernetes takes a control plane back within a minor only; across one the state has to go back with it.
        guard role == .server, let version, !version.isSameMinor(as: former) else {
            return Readiness(verdict: .reinstall, version: former)
        }
        guard let snapshot = snapshots.first(where: { $0.version == former }) else {
            // Of an etcd cluster one server is restored, with its snapshot, and the others join that one anew.
            if datastore == .etcd { return Readiness(verdict: .rejoin, version: former) }
            return Readiness(
                verdict: .notReady, version: former,
                reason: "there is no snapshot of \(former) here, and a server goes back over a minor only with one")
        }
        if let problem = await snapshot.problems(deadline: .seconds(120)).first {
            return Readiness(verdict: .notReady, version: former, reason: problem.cleaned(limit: 300))
        }
        return Readiness(verdict: .restore, version: former)
    }
}
