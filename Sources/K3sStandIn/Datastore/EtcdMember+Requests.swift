extension EtcdMember {
    /// How long a write or read may wait for the majority.
    private var patience: Duration { election * 3 }

    func commit(_ change: Change) async throws(DatastoreError) -> ChangeOutcome {
        if role == .leader { return try await propose(.change(change)) }
        let leader = try await knownLeader()
        guard leader.name != name else { return try await propose(.change(change)) }
        guard let answer = await transport(leader.url, "/raft/propose", change.json), let index = answer["index"].int
        else {
            throw DatastoreError(message: "etcdserver: request timed out")
        }
        try await waitUntilApplied(index)
        if let revision = answer["revision"].int { return .done(revision: revision) }
        return answer["conflict"].bool == true ? .conflict : .missing
    }

    func barrier() async throws(DatastoreError) {
        let leader = try await knownLeader()
        if role == .leader {
            guard hasMajority else { throw DatastoreError(message: "etcdserver: no leader") }
            return try await waitUntilApplied(firstIndexOfTerm)
        }
        guard let index = await transport(leader.url, "/raft/read", [:])?["index"].int else {
            throw DatastoreError(message: "etcdserver: request timed out")
        }
        try await waitUntilApplied(index)
    }

    /// As a leader: the answer to another member's write.
    func propose(_ request: JSON) async -> JSON {
        guard let change = Change(request), role == .leader else { return [:] }
        guard let outcome = try? await propose(.change(change)) else { return [:] }
        var answer: JSON = ["index": .int(appliedIndex)]
        switch outcome {
        case .done(let revision): answer["revision"] = .int(revision)
        case .conflict: answer["conflict"] = true
        case .missing: answer["missing"] = true
        }
        return answer
    }

    /// As a leader: up to where another member must have applied the log before it reads.
    func readIndex() async -> JSON {
        guard role == .leader, (try? await barrier()) != nil else { return [:] }
        return ["index": .int(commitIndex)]
    }

    /// Adds a member, or changes its URL; through whichever member leads.
    func join(name: String, url: String) async throws(DatastoreError) {
        let leader = try await knownLeader()
        guard role == .leader else {
            let body: JSON = ["name": .string(name), "url": .string(url)]
            guard await transport(leader.url, "/raft/join", body)?["ok"].bool == true else {
                throw DatastoreError(message: "etcdserver: request timed out")
            }
            return
        }
        var new = members
        new[name] = url
        if new != members { _ = try await propose(.members(new)) }
    }

    /// Removes a member whose node was deleted.
    func remove(name: String) async {
        guard role == .leader, members[name] != nil, name != self.name else { return }
        var new = members
        new[name] = nil
        _ = try? await propose(.members(new))
    }

    private func propose(_ entry: LogEntry.Content) async throws(DatastoreError) -> ChangeOutcome {
        let index = lastIndex + 1
        let term = content.term
        let outcome: ChangeOutcome? = await withCheckedContinuation { continuation in
            let timer = Task {
                try? await Task.sleep(for: self.patience)
                if !Task.isCancelled { self.proposals.removeValue(forKey: index)?.done(nil) }
            }
            proposals[index] = (
                term,
                { outcome in
                    timer.cancel()
                    continuation.resume(returning: outcome)
                }
            )
            append([LogEntry(index: index, term: term, content: entry)])
            advanceCommit()
        }
        guard let outcome else { throw DatastoreError(message: "etcdserver: request timed out") }
        return outcome
    }

    private func knownLeader() async throws(DatastoreError) -> Leader {
        let deadline = ContinuousClock.now + patience
        while leader == nil, ContinuousClock.now < deadline { try? await Task.sleep(for: heartbeat) }
        guard let leader else { throw DatastoreError(message: "etcdserver: no leader") }
        return leader
    }

    private func waitUntilApplied(_ index: Int) async throws(DatastoreError) {
        let deadline = ContinuousClock.now + patience
        while appliedIndex < index {
            let seen = applied.count
            guard ContinuousClock.now < deadline else { throw DatastoreError(message: "etcdserver: request timed out") }
            await applied.wait(past: seen, upTo: deadline - .now)
        }
    }
}
