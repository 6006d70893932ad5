internal import Glibc

/// One member of the replicated datastore: Raft, in its simplest honest form. A change counts once a majority of the
/// members has it on disk; a member that cannot reach a majority serves neither reads nor writes; a member that comes
/// back gets what it missed, or the whole state. Leaders are elected with a pre-vote, so that a member that returns
/// does not disturb the others, and step down when they lose the majority.
///
/// Log entries are written before they are acknowledged but not fsynced: a killed host of the lab loses no page cache.
@MainActor final class EtcdMember: Store.Backend {
    enum Role { case follower, candidate, leader }

    /// Sends one request to a peer's path and returns its answer; nil if there was none in time.
    typealias Transport = @Sendable (_ url: String, _ path: String, _ body: JSON) async -> JSON?

    struct Leader: Equatable {
        let name: String
        let url: String
    }

    /// What a leader knows of another member.
    struct Progress {
        /// The next entry to send; 0 asks for the whole state first.
        var next: Int
        /// The last entry the member is known to have.
        var match = 0
        var lastContact: ContinuousClock.Instant
    }

    let name: String
    let url: String
    let election: Duration
    let store: Store
    let files: EtcdFiles
    let transport: Transport

    var content: EtcdFiles.Content
    var members: [String: String]
    var role = Role.follower
    var leader: Leader?
    var commitIndex: Int
    var appliedIndex: Int
    var progress: [String: Progress] = [:]
    /// The first index of this leader's term: reads wait until it is committed.
    var firstIndexOfTerm = Int.max
    var electionDeadline: ContinuousClock.Instant
    /// Those who wait for an entry of theirs to be applied.
    var proposals: [Int: (term: Int, done: (ChangeOutcome?) -> Void)] = [:]
    let applied = Signal()
    let appended = Signal()

    var lastIndex: Int { content.baseIndex + content.entries.count }
    var lastTerm: Int { content.entries.last?.term ?? content.baseTerm }
    var majority: Int { members.count / 2 + 1 }
    var heartbeat: Duration { max(election / 5, .milliseconds(10)) }

    /// A member with the content its files had, or were just given.
    init(
        name: String, url: String, content: EtcdFiles.Content, files: EtcdFiles, store: Store, election: Duration,
        transport: @escaping Transport
    ) throws(FileError) {
        (self.name, self.url, self.content, self.files, self.store) = (name, url, content, files, store)
        (self.election, self.transport) = (max(election, .milliseconds(50)), transport)
        members = content.members
        (commitIndex, appliedIndex) = (content.baseIndex, content.baseIndex)
        electionDeadline = .now
        store.load(content.state)
        try files.write(content)
    }

    /// Takes part from now on, until the process ends.
    func start() {
        postponeElection()
        if members.count == 1, members[name] != nil { becomeLeader(term: content.term + 1) }
        Task { await self.watchOverElections() }
    }

    func postponeElection() {
        electionDeadline = .now + election + election * (Double.random(in: 0..<1))
    }

    func entry(at index: Int) -> LogEntry? {
        let position = index - content.baseIndex - 1
        return content.entries.indices.contains(position) ? content.entries[position] : nil
    }

    func term(at index: Int) -> Int? { index == content.baseIndex ? content.baseTerm : entry(at: index)?.term }

    /// A higher term was seen, or leadership was lost.
    func follow(term: Int, leader: Leader?) {
        if term > content.term { remember(term: term, vote: "") }
        if role == .leader {
            for proposal in proposals.values { proposal.done(nil) }
            proposals = [:]
            appended.fire()
        }
        role = .follower
        self.leader = leader
    }

    func remember(term: Int, vote: String) {
        (content.term, content.vote) = (term, vote)
        orDie { () throws(FileError) in try files.append(term: term, vote: vote) }
    }

    /// Puts new entries at the end of the log, on disk first.
    func append(_ entries: [LogEntry]) {
        orDie { () throws(FileError) in try files.append(entries) }
        content.entries.append(contentsOf: entries)
        appended.fire()
    }

    /// Applies what is committed and keeps the log short.
    func applyCommitted() {
        while appliedIndex < commitIndex, let entry = entry(at: appliedIndex + 1) {
            appliedIndex += 1
            var outcome: ChangeOutcome?
            switch entry.content {
            case .change(let change): outcome = store.apply(change)
            case .members(let members):
                self.members = members
                outcome = .done(revision: store.state.revision)
            case .nothing: break
            }
            if let proposal = proposals.removeValue(forKey: appliedIndex) {
                proposal.done(proposal.term == entry.term ? outcome : nil)
            }
            if case .members = entry.content {
                compact()
                if role == .leader { replicateToNewMembers() }
            }
        }
        if content.entries.count > 1000, appliedIndex - content.baseIndex > 500 { compact() }
        applied.fire()
    }

    /// The whole state as of now, for snapshots and for members that lack it.
    var currentContent: EtcdFiles.Content {
        var copy = content
        (copy.baseTerm, copy.baseIndex) = (term(at: appliedIndex) ?? content.baseTerm, appliedIndex)
        (copy.state, copy.members) = (store.state, members)
        copy.entries.removeAll { $0.index <= appliedIndex }
        return copy
    }

    func compact() {
        content = currentContent
        orDie { () throws(FileError) in try files.write(content) }
    }

    /// A member that cannot write its log must not go on: etcd ends here, too.
    private func orDie(_ write: () throws(FileError) -> Void) {
        do {
            try write()
        } catch {
            Log.fatal("etcd: cannot write its log: \(error)")
        }
    }
}
