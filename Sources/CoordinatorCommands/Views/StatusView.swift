package import Wire

/// The cluster as it is now.
package struct StatusView: Hashable, Sendable {
    /// The coordinator's own version.
    package var client: String
    /// Of the servers that answer, the oldest.
    package var server: K3sVersion?
    package var nodes: [StatusNode]
    package var available: AvailableView?
    package var lastRun: LastRunView?
    package var findings: [Finding]

    package init(
        client: String = Product.version, server: K3sVersion?, nodes: [StatusNode], available: AvailableView? = nil,
        lastRun: LastRunView? = nil, findings: [Finding] = []
    ) {
        self.client = client
        self.server = server
        self.nodes = nodes
        self.available = available
        self.lastRun = lastRun
        self.findings = findings
    }
}

package struct StatusNode: Hashable, Sendable {
    package var name: NodeName
    package var role: Role
    package var address: String
    /// The agent's own version; nil where it does not answer.
    package var agent: String?
    package var versionOnDisk: K3sVersion?
    package var versionRunning: K3sVersion?
    package var ready: Bool?
    package var schedulable: Bool?
    /// The run whose cordon it is; nil where there is none of ours.
    package var cordonedBy: RunID?
    package var datastore: Datastore?
    package var readiness: Readiness?
    /// Why it could not be asked.
    package var problem: Failure?

    package init(
        name: NodeName, role: Role, address: String, agent: String? = nil, versionOnDisk: K3sVersion? = nil,
        versionRunning: K3sVersion? = nil, ready: Bool? = nil, schedulable: Bool? = nil, cordonedBy: RunID? = nil,
        datastore: Datastore? = nil, readiness: Readiness? = nil, problem: Failure? = nil
    ) {
        self.name = name
        self.role = role
        self.address = address
        self.agent = agent
        self.versionOnDisk = versionOnDisk
        self.versionRunning = versionRunning
        self.ready = ready
        self.schedulable = schedulable
        self.cordonedBy = cordonedBy
        self.datastore = datastore
        self.readiness = readiness
        self.problem = problem
    }
}

/// What the channel list offers.
package struct AvailableView: Hashable, Sendable {
    package var newestPatch: K3sVersion?
    package var nextMinor: K3sVersion?
    package var stable: K3sVersion?
    /// Why the list could not be had.
    package var problem: Failure?

    package init(
        newestPatch: K3sVersion? = nil, nextMinor: K3sVersion? = nil, stable: K3sVersion? = nil,
        problem: Failure? = nil
    ) {
        self.newestPatch = newestPatch
        self.nextMinor = nextMinor
        self.stable = stable
        self.problem = problem
    }
}
