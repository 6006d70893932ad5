internal import Wire

/// One node, as the rollout knows it.
struct Member: Sendable {
    let name: NodeName
    let role: Role
    /// The operator says that it is down: nothing is asked of it.
    let assumedDown: Bool
    var linked = false
    /// What it said last.
    var report: AgentReport? {
        get { said?.value }
        set { said = newValue.map(Boxed.init) }
    }
    var isKnown: Bool { said != nil }
    private var said: Boxed<AgentReport>?
    var promised = false
    /// Whether it has reported since its link came up, and since the rollout began to give back.
    var isCurrent = false
    /// What it was asked and has not answered yet. A look at the cluster is kept apart: it takes long.
    var pending: Pending?
    var looking: Int?
    /// When it last answered as to leases, be it with a refusal.
    var heard = Int.min

    struct Pending: Sendable {
        let id: Int
        let purpose: Purpose
    }

    enum Purpose: Hashable, Sendable {
        case status, claim, storePlan, release, conclude
        case beat
        /// For the nonce of a grant.
        case beatToGrant(StepID)
        /// For the nonce of a renewal.
        case beatToRenew(StepID)
        case grant(StepID)
        case renew(StepID)
        case giveBack(NodeName)
    }

    init(name: NodeName, role: Role, assumedDown: Bool) {
        self.name = name
        self.role = role
        self.assumedDown = assumedDown
    }

    func outcome(of step: StepID) -> StepOutcome? { said?.value.outcome(of: step) }
    func hasDone(_ step: StepID) -> Bool { said?.value.hasDone(step) ?? false }

    /// Whether its agent is one that such a step is leased to.
    func mayDo(_ step: StepID) -> Bool { step.kind.place == .node ? name == step.node : role == .server }

    /// Whether the plan of this digest is stored there, and its run open.
    func keeps(_ planDigest: String) -> Bool {
        guard let run = said?.value.run else { return false }
        return run.open && run.planDigest == planDigest
    }

    var isFree: Bool { linked && !assumedDown && pending == nil }
}
