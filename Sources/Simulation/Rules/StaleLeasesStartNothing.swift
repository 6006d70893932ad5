internal import AgentCore
internal import CoordinatorCore
internal import Wire

/// Rule 6: a lease with a stale epoch, a spent nonce, another plan or an expired life starts nothing; nothing disruptive
/// is leased before every node has promised, or was named as down; and a run that another came after starts nothing.
struct StaleLeasesStartNothing {
    private struct Known {
        var promised: Epoch?
        /// The nonces that are out, and when each was issued, on the agent's clock.
        var issued: [(nonce: Nonce, at: Int)] = []
        /// The lease that was handed over last, until a step begins on it or another request comes.
        var asked: Lease?
        /// Until when the lease of the step that is open lives.
        var end = Int.min
    }

    private var known: [Known]
    /// The run that was made last, of those that have started anything.
    private var newest = 0
    private var excused: [(epoch: Epoch, nodes: [NodeName])] = []

    init(nodes: Int) { known = Array(repeating: Known(), count: nodes) }

    mutating func agentStarts(_ node: Int, _ state: AgentState) {
        known[node].promised = state.promised
        known[node].issued = []
        known[node].asked = nil
        known[node].end = .min
    }

    mutating func notes(_ note: Note, assumedDown: [NodeName]) {
        if case .claimed(let epoch) = note, !assumedDown.isEmpty { excused.append((epoch, assumedDown)) }
    }

    mutating func answers(_ answer: Answer, by node: Int, in world: World) {
        guard case .report(let report) = answer, let nonce = report.nonce else { return }
        let clock = world.clock(node)
        known[node].issued.removeAll { clock - $0.at > Lease.longestLife }
        known[node].issued.append((nonce, clock))
    }

    mutating func receives(_ request: Request, by node: Int, in world: World) {
        known[node].asked = nil
        switch request {
        case .grant(let lease), .renew(let lease):
            known[node].asked = lease
            // What is out was issued by this life of the agent; a lease spends it, whatever comes of it.
            guard let index = known[node].issued.firstIndex(where: { $0.nonce == lease.nonce }) else { return }
            let issued = known[node].issued.remove(at: index).at
            let end = issued + min(max(0, lease.life), Lease.longestLife)
            guard lease.epoch == known[node].promised, world.clock(node) < end else { return }
            known[node].end = max(known[node].end, end)
        default: return
        }
    }

    mutating func writes(_ record: Record, on node: Int, in world: World) -> String? {
        let name = world.nodes[node].name
        switch record {
        case .promised(let epoch, _):
            if let before = known[node].promised, epoch <= before { return "\(name) promised \(epoch) after \(before)" }
            known[node].promised = epoch
        case .stepStarted(let step, let epoch, _):
            guard let lease = known[node].asked, lease.step == step else { return "\(name) began \(step) unasked" }
            if epoch != known[node].promised { return "\(name) began \(step) of \(epoch), which is fenced off" }
            if world.clock(node) >= known[node].end { return "\(name) began \(step) on a lease that is not alive" }
        case .stepEnded: known[node].end = .min
        default: break
        }
        return nil
    }

    /// - Parameter before: what the agent's disk says before the step begins.
    mutating func starts(_ step: StepID, on node: Int, _ before: AgentState) -> String? {
        guard let lease = known[node].asked, let stored = before.stored else { return "\(step) began without a plan" }
        let number = World.number(of: stored.plan.run)
        if number < newest { return "\(step) of \(stored.plan.run) began after run-\(newest) had begun" }
        newest = number
        return stored.open && stored.digest == lease.planDigest && stored.plan.run == lease.run
            ? nil : "\(step) began on a lease of another plan"
    }

    func begins(_ effect: Effect, _ phase: Phase, on node: Int, in world: World) -> String? {
        let first = StepProgram.phases(of: effect.step, in: effect.plan)
        guard let place = first.firstIndex(of: phase) else { return nil }
        let name = world.nodes[node].name
        let commit = first.firstIndex(of: .pointOfNoReturn) ?? first.count
        // A place that is repeated after a restart, the binary being there, is past its point of no return.
        let passed = place > commit || (place == commit && world.nodes[node].binary == world.wanted(effect))
        if !passed {
            if effect.epoch != known[node].promised {
                return "\(name) goes on with \(effect.step), which is fenced off"
            }
            if world.clock(node) >= known[node].end { return "\(name) goes on with \(effect.step) after its lease" }
        }
        guard place == 0, effect.step.kind.isDisruptive else { return nil }
        let down = excused.last { $0.epoch == effect.epoch }?.nodes ?? []
        for (index, other) in world.nodes.enumerated() where !down.contains(other.name) {
            guard let epoch = known[index].promised, epoch >= effect.epoch else {
                return "\(effect.step) began, and \(other.name) had not promised \(effect.epoch)"
            }
        }
        return nil
    }
}
