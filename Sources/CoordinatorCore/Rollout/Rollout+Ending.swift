package import Wire

/// How a rollout leaves.
extension Rollout {
    /// Lets go of what was promised, then ends so.
    mutating func leave(_ ending: Ending, at now: Int) -> Bool {
        stage = .releasing(until: now + Time.farewell, ending)
        return true
    }

    mutating func release(until: Int, _ ending: Ending, at now: Int) -> Bool {
        // A claim that is under way may be promised yet.
        let promised = present.filter { $0.linked && ($0.promised || $0.pending?.purpose == .claim) }
        if promised.isEmpty || now >= until {
            finish(ending)
        } else {
            for member in promised where member.isFree { ask(member.name, .release(epoch), for: .release) }
        }
        return false
    }

    /// After a failure or an interruption.
    mutating func giveBack(_ ending: Ending, at now: Int) -> Bool {
        stage = .givingBack(until: now + Time.giveBack, ending)
        // What was said last may be older than what happened since: a hold that has just begun, a lease just taken up.
        for member in members { update(member.name) { $0.isCurrent = false } }
        return true
    }

    /// Every drained worker whose own agent is idle is given back. One whose agent cannot be asked may be in the middle
    /// of its install, and is left to the server's agent, which waits until it is sure. A lease that was never answered
    /// may lie in an agent's socket: nobody is told that it is over before that cannot be taken up any more.
    mutating func giveBack(until: Int, _ ending: Ending, at now: Int) -> Bool {
        let unsure = present.filter { $0.promised && !($0.linked && $0.isCurrent) && ($0.linked || matters($0)) }
        let drains = held { mayGiveBack($0.node) }
        let mayBegin = unanswered.contains { now < $0.until }
        guard !unsure.isEmpty || !drains.isEmpty || mayBegin, now < until else { return leave(ending, at: now) }
        for member in unsure where member.isFree { ask(member.name, .beat(epoch), for: .beat) }
        askBack(drains, at: now)
        return false
    }

    /// Whether a member that cannot be asked just now may yet be needed to give a node back: it holds one, may hold the
    /// one that it was leased the drain of, or is held and perhaps idle.
    private func matters(_ member: Member) -> Bool {
        member.name == mayHold || member.report?.held.isEmpty == false
            || present.contains { $0.report?.holds(member.name) == true }
    }

    private func mayGiveBack(_ node: NodeName) -> Bool {
        guard let owner = member(node) else { return true }
        // One that cannot be asked may be in the middle of its install, and come back: its holder's own judgement waits
        // until it is sure.
        if owner.assumedDown { return false }
        return owner.linked && owner.isCurrent && owner.report?.isIdle == true
    }

    /// What agents that can be asked hold, and who they are.
    private func held(_ isMeant: (HeldDrain) -> Bool) -> [(holder: NodeName, drain: HeldDrain)] {
        present.filter { $0.linked && $0.isCurrent }.flatMap { member in
            (member.report?.held ?? []).filter(isMeant).map { (member.name, $0) }
        }
    }

    private mutating func askBack(_ drains: [(holder: NodeName, drain: HeldDrain)], at now: Int) {
        for (holder, drain) in drains where member(holder)?.isFree == true {
            if let last = given.last(where: { $0.node == drain.node }), now - last.at < Time.ask { continue }
            if !given.contains(where: { $0.node == drain.node }) { actions.append(.note(.givingBack(drain.node))) }
            given.removeAll { $0.node == drain.node }
            given.append((drain.node, now))
            ask(holder, .giveBack(GiveBack(epoch: epoch, node: drain.node)), for: .giveBack(drain.node))
        }
    }

    /// What a superseded run still holds is given back before this one disrupts anything else. The node that a rollback
    /// is for is left as it is: its own drain takes the hold over; one whose agent cannot be asked, too. Where some have
    /// forgotten what was done, the steps begin anew, and what this run itself holds is given back as well.
    mutating func clear(until: Int, at now: Int) -> Bool {
        let ours = (plan.purpose == .rollback ? plan.steps.map(\.node) : []) + setup.assumeDown
        let isMeant = { [plan, isForgotten] (drain: HeldDrain) in
            (isForgotten || drain.run != plan.run) && !ours.contains(drain.node)
        }
        let drains = held(isMeant)
        // Of a holder that cannot be asked just now, what it said last counts.
        let unsure = present.filter { !($0.linked && $0.isCurrent) }
            .flatMap { ($0.report?.held ?? []).filter(isMeant) }
        for member in present where !member.isCurrent && member.isFree { ask(member.name, .beat(epoch), for: .beat) }
        if drains.isEmpty, unsure.isEmpty {
            stage = .running
            enterRun()
            return true
        }
        // A release is interrupted from its beginning, and is for nothing else than this.
        if interrupted, !setup.releases { return leave(.interrupted, at: now) }
        if now >= until { return leave(.failed(nil, .stillHeld(drains.map(\.drain) + unsure)), at: now) }
        askBack(drains, at: now)
        return false
    }

    mutating func conclude(until: Int, at now: Int) -> Bool {
        let open = present.filter(\.promised)
        if open.isEmpty || now >= until {
            if !open.isEmpty { actions.append(.note(.stillOpen(open.map(\.name)))) }
            finish(.done)
        } else {
            for member in open where member.isFree {
                // One that refused is asked again a little later.
                if let last = concluding.last(where: { $0.node == member.name }), now - last.at < Time.ask { continue }
                concluding.removeAll { $0.node == member.name }
                concluding.append((member.name, now))
                ask(member.name, .conclude(Conclude(epoch: epoch, run: plan.run)), for: .conclude)
            }
        }
        return false
    }
}

extension Failure {
    package static func stillHeld(_ drains: [HeldDrain]) -> Failure {
        let names = drains.map { "\($0.node) by run \($0.run)" }.joined(separator: ", ")
        return Failure(
            code: "still-held", message: "a run that was left behind still holds nodes drained: \(names)",
            wayOut: "bring them back to Ready, or roll them back, then run the same command again")
    }
}
