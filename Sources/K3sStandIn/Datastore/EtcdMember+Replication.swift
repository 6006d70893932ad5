extension EtcdMember {
    /// Starts one sender for each member that has none yet.
    func replicateToNewMembers() {
        for (peer, url) in members where peer != name && progress[peer] == nil {
            progress[peer] = Progress(next: lastIndex, lastContact: .now)
            let term = content.term
            Task { await self.replicate(to: peer, at: url, term: term) }
        }
    }

    private func replicate(to peer: String, at url: String, term: Int) async {
        while role == .leader, content.term == term, members[peer] != nil, var known = progress[peer] {
            let seen = appended.count
            let answer: JSON?
            if known.next <= content.baseIndex {
                answer = await transport(url, "/raft/snapshot", snapshotRequest())
            } else {
                answer = await transport(url, "/raft/append", appendRequest(from: known.next))
            }
            guard role == .leader, content.term == term else { return }
            if let other = answer?["term"].int, other > content.term {
                follow(term: other, leader: nil)
                return
            }
            guard let answer, let last = answer["last"].int else {
                // A member that does not answer is not asked more often for each new entry.
                try? await Task.sleep(for: heartbeat)
                continue
            }
            known.lastContact = .now
            known.next = last + 1
            if answer["ok"].bool == true { known.match = max(known.match, last) }
            progress[peer] = known
            advanceCommit()
            if answer["ok"].bool != true || known.next <= lastIndex { continue }
            await appended.wait(past: seen, upTo: heartbeat)
        }
    }

    private func appendRequest(from next: Int) -> JSON {
        let entries = (next..<min(next + 256, lastIndex + 1)).compactMap { entry(at: $0)?.json }
        var request = header
        request["previousIndex"] = .int(next - 1)
        request["previousTerm"] = .int(term(at: next - 1) ?? 0)
        request["entries"] = .array(entries)
        request["commit"] = .int(commitIndex)
        return request
    }

    private func snapshotRequest() -> JSON {
        var request = header
        request["content"] = EtcdFiles.json(of: currentContent)
        return request
    }

    private var header: JSON {
        [
            "cluster": .string(content.cluster), "term": .int(content.term), "leader": .string(name),
            "leaderURL": .string(url),
        ]
    }

    /// As a leader: what a majority has in this term is committed.
    func advanceCommit() {
        guard role == .leader else { return }
        let matches = members.keys.map { $0 == name ? lastIndex : progress[$0]?.match ?? 0 }.sorted(by: >)
        guard matches.count >= majority else { return }
        let index = matches[majority - 1]
        if index > commitIndex, term(at: index) == content.term {
            commitIndex = index
            applyCommitted()
            appended.fire()
        }
    }

    /// A word from someone who says it leads: true if it does.
    private func accept(_ request: JSON) -> Bool {
        guard let cluster = request["cluster"].string, let term = request["term"].int, term >= content.term,
            content.cluster.isEmpty || content.cluster == cluster, let leader = request["leader"].string,
            let leaderURL = request["leaderURL"].string
        else { return false }
        follow(term: term, leader: Leader(name: leader, url: leaderURL))
        content.cluster = cluster
        postponeElection()
        return true
    }

    /// Takes a leader's entries, or says from where on it needs them.
    func append(_ request: JSON) -> JSON {
        guard accept(request), let previous = request["previousIndex"].int else { return ["term": .int(content.term)] }
        guard previous <= lastIndex, previous >= content.baseIndex, term(at: previous) == request["previousTerm"].int
        else {
            // Below the base everything is committed and therefore the same: the leader goes on from there.
            let last = previous < content.baseIndex ? content.baseIndex : min(lastIndex, previous - 1)
            return ["term": .int(content.term), "ok": false, "last": .int(last)]
        }
        let entries = request["entries"].elements.compactMap { LogEntry($0) }
        let new = entries.drop { term(at: $0.index) == $0.term }
        if let first = new.first {
            content.entries.removeAll { $0.index >= first.index }
            append(Array(new))
        }
        let last = entries.last?.index ?? previous
        commitIndex = max(commitIndex, min(request["commit"].int ?? 0, last))
        applyCommitted()
        return ["term": .int(content.term), "ok": true, "last": .int(last)]
    }

    /// Takes the whole state in place of its own.
    func install(_ request: JSON) -> JSON {
        guard accept(request), var new = try? EtcdFiles.content(of: request["content"]) else {
            return ["term": .int(content.term)]
        }
        if new.baseIndex > appliedIndex {
            (new.term, new.vote) = (content.term, content.vote)
            content = new
            members = new.members
            (commitIndex, appliedIndex) = (new.baseIndex, new.baseIndex)
            store.load(new.state)
            compact()
            applied.fire()
        }
        return ["term": .int(content.term), "ok": true, "last": .int(appliedIndex)]
    }
}
