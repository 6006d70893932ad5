internal import AgentCore
internal import Wire

/// Rule 7: what an agent has acknowledged survives its death and a loss of power, and it acknowledges nothing that is
/// not on its disk.
struct AcknowledgedSurvives {
    /// What each disk adds up to, and what it may have come to by a write that the power's loss interrupted.
    private var written: [AgentState]
    private var perhaps: [AgentState?]

    init(nodes: Int) {
        written = Array(repeating: AgentState(), count: nodes)
        perhaps = Array(repeating: nil, count: nodes)
    }

    func state(_ node: Int) -> AgentState { written[node] }

    mutating func writes(_ record: Record, on node: Int, in world: World) {
        written[node].apply(record, reading: world.plans.reader)
    }

    mutating func mayHaveWritten(_ record: Record, on node: Int, in world: World) {
        var state = written[node]
        state.apply(record, reading: world.plans.reader)
        perhaps[node] = state
    }

    mutating func recovered(_ node: Int, _ state: AgentState, in world: World) -> String? {
        let isKnown = state == written[node] || state == perhaps[node] || isPromiseAhead(state, node)
        defer {
            written[node] = state
            perhaps[node] = nil
        }
        return isKnown ? nil : "\(world.nodes[node].name) came back without what it had acknowledged"
    }

    /// The promise is flushed to a file of its own before the journal: it may be ahead of everything else.
    private func isPromiseAhead(_ state: AgentState, _ node: Int) -> Bool {
        guard let ahead = perhaps[node], let promised = ahead.promised, let holder = ahead.holder else { return false }
        var state = written[node]
        state.apply(.promised(promised, holder))
        return state == ahead
    }

    func answers(_ answer: Answer, by node: Int, in world: World) -> String? {
        guard case .report(let report) = answer else { return nil }
        return written[node].contains(report) ? nil : "\(world.nodes[node].name) acknowledged what is not on its disk"
    }

    func begins(_ effect: Effect, on node: Int) -> String? {
        guard case .phase(let phase) = effect.work else { return nil }
        let current = written[node].current
        return current?.step == effect.step && current?.phase == phase
            ? nil : "\(effect.step) begins \(phase.rawValue), which is not on the disk"
    }
}

extension AgentState {
    /// Whether what a report says is in the state.
    fileprivate func contains(_ report: AgentReport) -> Bool {
        report.promised == promised && report.holder == holder
            && report.running?.step == current?.step && report.running?.phase == current?.phase
            && report.outcomes.count == outcomes.count && report.held.count == held.count
            && report.run?.planDigest == stored?.digest && report.run?.open == stored?.open
    }
}
