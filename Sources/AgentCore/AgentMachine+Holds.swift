package import Wire

extension AgentMachine {
    /// While the run is led, its holder gives nodes back; otherwise it falls to us.
    mutating func watchHolds(at now: Int) -> [Action] {
        guard !holderIsAlive(at: now) else { return [] }
        var actions: [Action] = []
        for index in holds.indices
        where !holds[index].looking && !holds[index].givingBack && now >= holds[index].nextLook {
            holds[index].looking = true
            actions.append(.lookAtHeld(holds[index].node))
        }
        return actions
    }

    /// A look at a held node; nil where the API did not answer.
    package mutating func heldObserved(_ node: NodeName, _ look: HeldLook?, at now: Int) -> [Action] {
        guard let index = holds.firstIndex(where: { $0.node == node }),
            let drain = state.held.first(where: { $0.node == node })
        else { return [] }
        holds[index].looking = false
        holds[index].lookLater(at: now, isReady: look?.ready == true)
        guard let look, !holderIsAlive(at: now) else { return [] }
        switch holds[index].judgement.judge(look, of: drain, age: now - holds[index].since) {
        case .keep: return []
        case .ended: return [endHold(of: node)]
        case .giveBack: return giveBackNow(node)
        }
    }

    mutating func giveBackNow(_ node: NodeName) -> [Action] {
        guard let index = holds.firstIndex(where: { $0.node == node }), !holds[index].givingBack,
            state.current?.step != StepID(kind: .drain, node: node),
            let drain = state.held.first(where: { $0.node == node })
        else { return [] }
        holds[index].givingBack = true
        return [.giveBack(drain)]
    }

    /// - Parameter gone: whether no cordon of the run's is on the node any more. A node that is not Ready keeps it.
    package mutating func giveBackEnded(_ node: NodeName, gone: Bool, at now: Int) -> [Action] {
        guard let index = holds.firstIndex(where: { $0.node == node }) else { return [] }
        holds[index].givingBack = false
        holds[index].lookLater(at: now, isReady: false)
        return gone ? [endHold(of: node)] : []
    }

    mutating func endHold(of node: NodeName) -> Action {
        holds.removeAll { $0.node == node }
        return record(.heldEnded(node))
    }
}
