/// Leadership by a Lease, as client-go elects: whoever finds a holder waits until that holder's record has not changed
/// for the whole duration on its own clock. The holder does not give it up when it stops. So a restarted server's
/// controllers sleep for one duration, even when it is their own predecessor they wait for.
@MainActor final class LeaderLease {
    private let api: ObjectAPI
    private let name: String
    private let identity: String
    private let duration: Duration
    private var observed: (record: JSON, since: ContinuousClock.Instant)?
    private var lastRenewal: ContinuousClock.Instant?
    private let acquired = Signal()

    init(api: ObjectAPI, name: String, identity: String, duration: Duration) {
        (self.api, self.name, self.identity, self.duration) = (api, name, identity, duration)
    }

    /// Held, and renewed within the duration.
    var isHeld: Bool { lastRenewal.map { ContinuousClock.now - $0 < max(duration, .seconds(1)) } ?? false }

    private var retryPeriod: Duration { min(max(duration / 10, .milliseconds(100)), .seconds(2)) }

    func waitUntilHeld() async {
        while !isHeld { await acquired.wait(past: acquired.count, upTo: .seconds(1)) }
    }

    /// Tries for the Lease and renews it, for ever.
    func hold() async {
        while !Task.isCancelled {
            let wasHeld = isHeld
            if await tryOnce() {
                lastRenewal = .now
                if !wasHeld { Log.info("successfully acquired lease kube-system/\(name)") }
                acquired.fire()
            }
            try? await Task.sleep(for: retryPeriod)
        }
    }

    private func tryOnce() async -> Bool {
        let now = JSON.string(Timestamp.now.microTime)
        var spec: JSON = [
            "holderIdentity": .string(identity), "renewTime": now, "acquireTime": now, "leaseTransitions": 0,
            "leaseDurationSeconds": .int(max(1, duration.wholeMilliseconds / 1000)),
        ]
        // Without an answer from the datastore there is no telling who leads.
        guard (try? await api.store.barrier()) != nil else { return false }
        guard let lease = api.find(.leases, "kube-system", name) else {
            let new: JSON = ["metadata": ["name": .string(name)], "spec": spec]
            return (try? await api.create(.leases, "kube-system", new)) != nil
        }
        if lease["spec"] != observed?.record { observed = (lease["spec"], .now) }
        let isOurs = lease["spec"]["holderIdentity"].string == identity
        let silence = observed.map { ContinuousClock.now - $0.since } ?? .zero
        guard isOurs || silence >= duration else { return false }
        let transitions = lease["spec"]["leaseTransitions"].int ?? 0
        spec["leaseTransitions"] = .int(isOurs ? transitions : transitions + 1)
        if isOurs { spec["acquireTime"] = lease["spec"]["acquireTime"] }
        var wanted = lease
        wanted["spec"] = spec
        let renewed = wanted
        let written = try? await api.update(.leases, "kube-system", name) { (_) throws(APIError) in renewed }
        if let written { observed = (written["spec"], .now) }
        return written != nil
    }
}
