/// What a coordinator asks of an agent. Each gets exactly one `Answer`. Names are appended, never reused.
package enum Request: Hashable, Sendable {
    /// The agent's state as to leases, from anybody. Answer: `report`.
    case status
    /// What the node is and could be rolled back to. Answer: `node`.
    case inspect
    /// A look at the cluster; servers only. Answer: `cluster`.
    case observe
    /// What would stop a run half-way, on this node and, on a server, in the cluster. Answer: `findings`.
    case preflight(Preflight)
    /// The agent's durable word to serve no lower epoch. Answer: `report`.
    case claim(Claim)
    /// The plan's text to keep. Answer: `report`.
    case storePlan(StorePlan)
    /// The stored plan's text. Answer: `plan`.
    case fetchPlan
    /// A sign of life of the holder; the answer brings a fresh nonce. Answer: `report`.
    case beat(Epoch)
    /// Begin a step. Answer: `report`; the step's end comes as an event, and in every later report.
    case grant(Lease)
    /// Let the running step go on. Answer: `report`.
    case renew(Lease)
    /// Give back what is held for a node whose hand-over did not begin. Answer: `report`.
    case giveBack(GiveBack)
    /// The holder leaves; the run stays open. Answer: `report`.
    case release(Epoch)
    /// The run is over. Answer: `report`.
    case conclude(Conclude)

    /// What an agent must be able to do for this request.
    package var needs: [Feature] {
        switch self {
        case .status: []
        case .inspect, .observe, .preflight: [.observation]
        case .claim, .beat, .release: [.promises]
        case .storePlan, .fetchPlan, .conclude: [.plans]
        case .grant, .renew, .giveBack: [.leases]
        }
    }

    package enum Name: String, CodingKey, CaseIterable {
        case status, inspect, observe, preflight, claim, storePlan = "store-plan", fetchPlan = "fetch-plan", beat
        case grant, renew, giveBack = "give-back", release, conclude
    }

    package var name: Name {
        switch self {
        case .status: .status
        case .inspect: .inspect
        case .observe: .observe
        case .preflight: .preflight
        case .claim: .claim
        case .storePlan: .storePlan
        case .fetchPlan: .fetchPlan
        case .beat: .beat
        case .grant: .grant
        case .renew: .renew
        case .giveBack: .giveBack
        case .release: .release
        case .conclude: .conclude
        }
    }
}

package struct Preflight: Hashable, Sendable, Codable {
    package let target: K3sVersion
    package let method: InstallMethod
    /// Workers whose drain is to be tried without doing it.
    package let drains: [NodeName]

    package init(target: K3sVersion, method: InstallMethod, drains: [NodeName]) {
        self.target = target
        self.method = method
        self.drains = drains
    }
}

package struct Claim: Hashable, Sendable, Codable {
    package let epoch: Epoch
    package let holder: Holder
    /// Succeed a holder that is still alive.
    package let takeOver: Bool

    package init(epoch: Epoch, holder: Holder, takeOver: Bool) {
        self.epoch = epoch
        self.holder = holder
        self.takeOver = takeOver
    }
}

package struct StorePlan: Hashable, Sendable, Codable {
    package let epoch: Epoch
    /// A `Plan` as JSON. Sent as text, so that its digest is over the same bytes everywhere.
    package let text: String
    /// Replace an open run's plan by this one.
    package let supersede: Bool

    package init(epoch: Epoch, text: String, supersede: Bool) {
        self.epoch = epoch
        self.text = text
        self.supersede = supersede
    }
}

package struct GiveBack: Hashable, Sendable, Codable {
    package let epoch: Epoch
    package let node: NodeName

    package init(epoch: Epoch, node: NodeName) {
        self.epoch = epoch
        self.node = node
    }
}

package struct Conclude: Hashable, Sendable, Codable {
    package let epoch: Epoch
    package let run: RunID

    package init(epoch: Epoch, run: RunID) {
        self.epoch = epoch
        self.run = run
    }
}
