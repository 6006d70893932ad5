internal import Wire

/// How a rollout leaves.
extension Rollout {
    /// Lets go of what was promised, then ends so.
    mutating func leave(_ ending: Ending, at now: Int) -> Bool {
        stage = .releasing(until: now + Time.farewell, ending)
        return true
    }

    mutating func release(until: Int, _ ending: Ending, at now: Int) -> Bool {
        let promised = present.filter { $0.promised && $0.linked }
        if promised.isEmpty || now >= until {
            finish(ending)
        } else {
            for member in promised where member.isFree { ask(member.name, .release(epoch), for: .release) }
        }
        return false
    }

    /// After a failure or an interruption: every drained worker whose own agent is idle is given back. One whose agent
    /// cannot be asked may be in the middle of its install, and is left to the server's agent, which waits until it is
    /// sure.
    mutating func giveBack(until: Int, _ ending: Ending, at now: Int) -> Bool {
        let holding = present.filter { $0.role == .server && $0.linked && $0.report?.held.isEmpty == false }
        let open = holding.contains { holder in
            holder.report?.held.contains { mayGiveBack($0.node) } == true
        }
        guard open, now < until else { return leave(ending, at: now) }
        for holder in holding where holder.isFree {
            guard let drain = holder.report?.held.first(where: { mayGiveBack($0.node) }),
                now - holder.heard >= Time.ask || !given.contains(drain.node)
            else { continue }
            if !given.contains(drain.node) { actions.append(.note(.givingBack(drain.node))) }
            given.append(drain.node)
            ask(holder.name, .giveBack(GiveBack(epoch: epoch, node: drain.node)), for: .giveBack(drain.node))
        }
        return false
    }

    private func mayGiveBack(_ node: NodeName) -> Bool {
        guard let owner = member(node), !owner.assumedDown else { return true }
        return owner.linked && owner.report?.isIdle == true
    }

    mutating func conclude(until: Int, at now: Int) -> Bool {
        let open = present.filter { $0.promised && $0.linked }
        if open.isEmpty || now >= until {
            finish(.done)
        } else {
            for member in open where member.isFree {
                ask(member.name, .conclude(Conclude(epoch: epoch, run: plan.run)), for: .conclude)
            }
        }
        return false
    }
}
