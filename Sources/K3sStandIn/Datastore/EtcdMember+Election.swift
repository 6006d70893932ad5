extension EtcdMember {
    /// Campaigns when no leader was heard of for too long; as a leader, steps down when the majority was not.
    func watchOverElections() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: heartbeat)
            if role == .leader {
                if !hasMajority {
                    Log.warning("etcd: \(name) stepped down: a majority of the members does not answer")
                    follow(term: content.term, leader: nil)
                    postponeElection()
                }
            } else if ContinuousClock.now >= electionDeadline, members[name] != nil {
                leader = nil
                postponeElection()
                await campaign()
            }
        }
    }

    /// Whether a majority has answered this leader within one election time-out.
    var hasMajority: Bool {
        let oldest = ContinuousClock.now - election * 2
        return 1 + progress.count { $0.value.lastContact > oldest && members[$0.key] != nil } >= majority
    }

    /// Asks for votes; first whether it would get them at all.
    func campaign(skippingPreVote: Bool = false) async {
        if !skippingPreVote {
            guard await votes(term: content.term + 1, preVote: true) >= majority else { return }
        }
        guard role != .leader else { return }
        let term = content.term + 1
        role = .candidate
        remember(term: term, vote: name)
        guard await votes(term: term, preVote: false) >= majority else { return }
        if content.term == term, role == .candidate { becomeLeader(term: term) }
    }

    private func votes(term: Int, preVote: Bool) async -> Int {
        let body: JSON = [
            "cluster": .string(content.cluster), "term": .int(term), "candidate": .string(name),
            "lastIndex": .int(lastIndex), "lastTerm": .int(lastTerm), "pre": .bool(preVote),
        ]
        let peers = members.filter { $0.key != name }.map(\.value)
        let transport = transport
        var granted = 1
        await withTaskGroup(of: JSON?.self) { group in
            for peer in peers { group.addTask { await transport(peer, "/raft/vote", body) } }
            for await answer in group {
                if answer?["granted"].bool == true { granted += 1 }
                if let other = answer?["term"].int, other > content.term { follow(term: other, leader: nil) }
                if granted >= majority { break }
            }
            group.cancelAll()
        }
        return granted
    }

    /// Answers a candidate.
    func vote(_ request: JSON) -> JSON {
        guard request["cluster"].string == content.cluster, let term = request["term"].int,
            let candidate = request["candidate"].string
        else { return ["granted": false, "term": 0] }
        let upToDate =
            (request["lastTerm"].int ?? 0, request["lastIndex"].int ?? 0) >= (lastTerm, lastIndex)
        if request["pre"].bool == true {
            let leaderIsAlive = role == .leader || (leader != nil && ContinuousClock.now < electionDeadline)
            return ["granted": .bool(term > content.term && upToDate && !leaderIsAlive), "term": .int(content.term)]
        }
        if term > content.term { follow(term: term, leader: nil) }
        guard term == content.term, content.vote.isEmpty || content.vote == candidate, upToDate, role != .leader else {
            return ["granted": false, "term": .int(content.term)]
        }
        remember(term: term, vote: candidate)
        postponeElection()
        return ["granted": true, "term": .int(term)]
    }

    func becomeLeader(term: Int) {
        if term != content.term || content.vote != name { remember(term: term, vote: name) }
        role = .leader
        leader = Leader(name: name, url: url)
        progress = [:]
        Log.info("etcd: \(name) became leader at term \(term)")
        firstIndexOfTerm = lastIndex + 1
        append([LogEntry(index: lastIndex + 1, term: term, content: .nothing)])
        replicateToNewMembers()
        advanceCommit()
    }

    /// Before an orderly stop: hands leadership to the member that has most of the log.
    func handOver() async {
        guard role == .leader, let heir = progress.max(by: { $0.value.match < $1.value.match })?.key,
            let url = members[heir]
        else { return }
        _ = await transport(url, "/raft/timeout-now", ["cluster": .string(content.cluster)])
    }
}
