internal import Wire

/// From the first question to the lock, and the plan stored on every agent.
extension Rollout {
    mutating func survey(until: Int, at now: Int) -> Bool {
        // Two coordinators that each take the other half for down must not both lead.
        if let tooMany = serversAssumedDownTooMany {
            finish(.failed(nil, .tooManyAssumedDown(tooMany)))
            return false
        }
        let isKnown = !members.contains { !$0.isKnown && !$0.assumedDown }
        if isKnown {
            let highest = present.compactMap { $0.report?.promised?.counter }.max() ?? 0
            guard highest < .max else {
                finish(.failed(nil, .noEpochLeft))
                return false
            }
            isOvertaken = setup.madeAt.map { highest > $0 } ?? false
            epoch = Epoch(counter: highest + 1, process: setup.process)
            stage = .claiming(Claiming(again: now, until: now + AgentTime.longestWait))
            return true
        }
        if interrupted {
            finish(.interrupted)
        } else if now >= until {
            finish(.unreachable(present.filter { !$0.isKnown }.map(\.name)))
        } else {
            for index in members.indices where members[index].isFree && !members[index].isKnown {
                // One that refused has been heard, and is asked again a little later.
                let heard = members[index].heard
                if heard == .min || now - heard >= Time.ask { ask(members[index].name, .status, for: .status) }
            }
        }
        return false
    }

    private var serversAssumedDownTooMany: [NodeName]? {
        guard !setup.assumeDown.isEmpty else { return nil }
        let servers = members.filter { $0.role == .server }
        let down = servers.filter(\.assumedDown)
        return down.isEmpty || 2 * down.count < servers.count ? nil : down.map(\.name)
    }

    enum AgentTime {
        /// An agent's time to live for a silent holder (design: 30 s), and some more for a claim to get through.
        static let longestWait = Lease.longestLife + 15_000

        /// Thirty years.
        static let longestSilence = 1_000_000_000_000
    }

    /// Promises are asked for one after another in one fixed order, servers first, so that racers meet at the first
    /// server and one of them loses there.
    mutating func claim(_ claiming: Claiming, at now: Int) -> Bool {
        let order = present
        guard claiming.index < order.count else {
            // Nobody leads any more who might hold it against us; but the cluster is not the one that was planned for.
            if isOvertaken || isOver { return leave(.failed(nil, .overtaken), at: now) }
            actions.append(.note(.claimed(epoch)))
            stage = .settling(until: now + Time.settle)
            return true
        }
        let next = order[claiming.index]
        if interrupted { return leave(.interrupted, at: now) }
        if now >= claiming.until { return leave(.unreachable([next.name]), at: now) }
        if next.isFree, now >= claiming.again {
            let claim = Claim(epoch: epoch, holder: setup.holder, takeOver: setup.takeOver)
            ask(next.name, .claim(claim), for: .claim)
        }
        return false
    }

    mutating func claimAnswered(_ node: NodeName, _ refusal: Refusal?, at now: Int) {
        guard case .claiming(var claiming) = stage else { return }
        guard let refusal else {
            claiming.index += 1
            claiming.again = now
            claiming.until = now + AgentTime.longestWait
            claiming.lastSilence = nil
            stage = .claiming(claiming)
            return
        }
        guard refusal.code == .held || refusal.code == .fenced else {
            _ = leave(.failed(nil, Failure(refusal, by: node)), at: now)
            return
        }
        guard refusal.code == .held, let told = refusal.silent else {
            _ = leave(.held(node, refusal), at: now)
            return
        }
        // Any number can come from a node, and this one is reckoned with.
        let silent = min(max(-AgentTime.longestSilence, told), AgentTime.longestSilence)
        // A holder that was heard between two questions is alive.
        if let last = claiming.lastSilence, silent < last.silent + (now - last.at) / 2 {
            _ = leave(.held(node, refusal), at: now)
            return
        }
        actions.append(.note(.waitingForHolder(refusal)))
        claiming.lastSilence = (silent, now)
        claiming.again = now + Time.ask
        stage = .claiming(claiming)
    }

    /// Whether the run that is resumed is open nowhere any more but where it was left behind, and another came after it:
    /// its plan, stored again, could take the cluster back to its version. Where all have forgotten, or know of nothing
    /// but its end, it may go on.
    private var isOver: Bool {
        setup.resumes && !present.contains { $0.keeps(setup.planDigest) && !wasLeftBehind($0) }
            && present.contains { member in member.report?.run.map { $0.run != plan.run } ?? false }
    }

    private func wasLeftBehind(_ member: Member) -> Bool {
        guard let report = member.report else { return false }
        return report.wasLeftBehind(
            among: present.compactMap(\.report), servers: present.filter { $0.role == .server }.compactMap(\.report))
    }

    /// All have promised; what an earlier epoch had begun must have ended before anything else does.
    mutating func settle(until: Int, at now: Int) -> Bool {
        let busy = present.filter { $0.report?.isIdle != true }
        if busy.isEmpty {
            stage = .storing(until: now + Time.store)
            return true
        }
        if interrupted { return leave(.interrupted, at: now) }
        if settling != busy.map(\.name) {
            settling = busy.map(\.name)
            actions.append(.note(.settling(settling)))
        }
        if now >= until {
            let names = busy.map(\.name.text).joined(separator: ", ")
            return leave(.failed(nil, Failure.stillBusy(names)), at: now)
        }
        for member in busy where member.isFree && now - member.heard >= Time.ask {
            ask(member.name, .beat(epoch), for: .beat)
        }
        return false
    }

    mutating func store(until: Int, at now: Int) -> Bool {
        let lacking = present.filter { !$0.keeps(setup.planDigest) }
        if lacking.isEmpty {
            actions.append(.note(.planStored))
            if setup.releases { interrupted = true }
            stage = .clearing(until: now + Time.giveBack)
            return true
        }
        if interrupted { return leave(.interrupted, at: now) }
        if now >= until {
            return leave(.failed(nil, Failure.lost(lacking.map(\.name.text).joined(separator: ", "))), at: now)
        }
        // An agent that was not told of its run's end is told by this, before the others forget that they were.
        let leftOver = lacking.filter { keepsWhatIsOver($0) || keepsWhatNeverBegan($0) || wasLeftBehind($0) }
        let order = StorePlan(epoch: epoch, text: setup.planText, supersede: setup.supersede || !leftOver.isEmpty)
        storesAnew = true
        for member in leftOver.isEmpty ? lacking : leftOver where member.isFree {
            ask(member.name, .storePlan(order), for: .storePlan)
        }
        return false
    }

    /// Whether a member keeps a run open that was concluded on another.
    private func keepsWhatIsOver(_ member: Member) -> Bool {
        guard let run = member.report?.run, run.open, run.run != plan.run else { return false }
        return present.contains { $0.report?.run.map { $0.run == run.run && !$0.open } == true }
    }

    /// Whether a member keeps open a run of which it knows nothing but the plan, while ours is open on another. Of two
    /// operators who began at once each may have stored a plan on some; neither got to all, and so neither to a lease.
    private func keepsWhatNeverBegan(_ member: Member) -> Bool {
        guard setup.resumes, let report = member.report, let run = report.run, run.open, run.run != plan.run,
            present.contains(where: { $0.keeps(setup.planDigest) })
        else { return false }
        return present.allSatisfy { other in
            guard let report = other.report, report.run?.run == run.run else { return true }
            return report.outcomes.isEmpty && report.held.isEmpty && report.isIdle
        }
    }
}

extension Failure {
    static let overtaken = Failure(
        code: "overtaken", message: "another run was led since the agents were asked; nothing was begun",
        wayOut: "run the same command again: it goes by the cluster as it is now")

    static let noEpochLeft = Failure(
        code: "no-epoch-left", message: "an agent has promised the highest epoch there is, which no coordinator made",
        wayOut: "find the node by `coordinator status`, and install its agent anew with an empty journal")

    static func tooManyAssumedDown(_ nodes: [NodeName]) -> Failure {
        Failure(
            code: "too-many-assumed-down",
            message:
                "\(nodes.map(\.text).joined(separator: ", ")) cannot be assumed down: a majority of the servers must "
                + "promise",
            wayOut: "bring more servers' agents back")
    }

    static func stillBusy(_ names: String) -> Failure {
        Failure(
            code: "still-busy", message: "a step of an earlier start has not ended on \(names)",
            wayOut:
                "look at the node's `journalctl -u k3s-upgrade-agent -u k3s -u k3s-agent`, then run the same command again"
        )
    }

    static func lost(_ names: String) -> Failure {
        Failure(
            code: "no-contact", message: "\(names) cannot be reached any more",
            wayOut: "bring the connection back, then run the same command again")
    }
}
