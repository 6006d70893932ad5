/// What `k3s-upgrade-agent install` reads on its standard input, from the operator's own sudo login.
package struct InstallDocument: Hashable, Sendable, Codable {
    /// The coordinator's.
    package let key: AuthorizedKey
    /// Take back the keys of other coordinators.
    package let onlyThisKey: Bool
    package let policy: NodePolicy
    /// Put `policy` in the place of one that is there already; an update leaves that alone.
    package let replacePolicy: Bool

    package init(key: AuthorizedKey, onlyThisKey: Bool = false, policy: NodePolicy, replacePolicy: Bool = false) {
        self.key = key
        self.onlyThisKey = onlyThisKey
        self.policy = policy
        self.replacePolicy = replacePolicy
    }
}

/// What `k3s-upgrade-agent remove` reads on its standard input.
package struct RemoveDocument: Hashable, Sendable, Codable {
    /// Also the journal, the rollback kits and the snapshots.
    package let purge: Bool

    package init(purge: Bool = false) { self.purge = purge }
}

/// What both print, as one line of JSON.
package struct InstallReport: Hashable, Sendable, Codable {
    /// The agent's own version.
    package let product: String
    /// What was written or taken away, in that order: paths, units, the account. Empty where all was as it had to be.
    package let changed: [String]
    /// The policy that is in force; nil after a removal.
    package let policy: NodePolicy?
    /// Why it stopped; what `changed` names was done before.
    package let failure: Failure?

    package init(
        product: String = Product.version, changed: [String], policy: NodePolicy? = nil, failure: Failure? = nil
    ) {
        self.product = product
        self.changed = changed
        self.policy = policy
        self.failure = failure
    }
}
