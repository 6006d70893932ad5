import Testing

@testable import K3sStandIn

/// Members in one process, with a network between them that can be cut.
@MainActor @Suite(.serialized) struct EtcdMemberTests {
    private let key = ObjectKey("nodes", "", "n")

    @Test func aChangeReachesEveryMember() async throws {
        try await withMembers(3) { network in
            // A busy machine may cost an election: whatever that breaks off is asked again.
            try await eventually("a change is made") {
                (try? await network.member(1).commit(Change(key, expecting: .anything, value: ["a": 1]))) != nil
            }
            for index in 0..<3 {
                try await eventually("member \(index) has it") {
                    (try? await network.member(index).barrier()) != nil && network.member(index).store[key]?["a"] == 1
                }
            }
            try await eventually("it is there for a change of its absence, too") {
                (try? await network.member(2).commit(Change(key, expecting: .absent, value: [:]))) == .conflict
            }
        }
    }

    @Test func withoutAMajorityNothingGoes() async throws {
        try await withMembers(3) { network in
            network.cut([0, 1])
            let change = Change(key, expecting: .anything, value: ["a": 1])
            for index in 0..<3 {
                await #expect(throws: DatastoreError.self) { _ = try await network.member(index).commit(change) }
                await #expect(throws: DatastoreError.self) { try await network.member(index).barrier() }
            }
            network.cut([])
            try await eventually("the members agree again") {
                (try? await network.member(2).commit(change)).map { $0 != .conflict } ?? false
            }
        }
    }

    @Test func aMemberThatWasAwayCatchesUp() async throws {
        try await withMembers(3) { network in
            network.cut([2])
            for number in 1...1200 {
                try await eventually("change \(number)") {
                    (try? await network.member(0).commit(Change(key, expecting: .anything, value: ["a": .int(number)])))
                        != nil
                }
            }
            network.cut([])
            try await eventually("member 2 has the newest") { network.member(2).store[key]?["a"] == 1200 }
        }
    }

    @Test func aRestartedMemberRemembers() async throws {
        let cluster = try TestCluster()
        defer { try? Files.removeTree(cluster.folder) }
        let network = Network(folder: cluster.folder)
        let first = try network.start(0, members: 1)
        guard case .done = try await first.commit(Change(key, expecting: .absent, value: ["a": 1])) else {
            throw TestFailure("not committed")
        }
        let again = try network.start(0, members: nil)
        try await again.barrier()
        #expect(again.store[key]?["a"] == 1)
    }

    private func withMembers(_ count: Int, _ body: (Network) async throws -> Void) async throws {
        let cluster = try TestCluster()
        defer { try? Files.removeTree(cluster.folder) }
        let network = Network(folder: cluster.folder)
        for index in 0..<count { _ = try network.start(index, members: count) }
        try await eventually("a leader is elected") { (try? await network.member(0).barrier()) != nil }
        try await body(network)
        network.cut(Array(0..<count))
    }
}

@MainActor private final class Network {
    private let folder: String
    private var members: [EtcdMember] = []
    private var separated: Set<Int> = []

    init(folder: String) { self.folder = folder }

    func member(_ index: Int) -> EtcdMember { members[index] }
    /// These members hear nobody and are heard by nobody.
    func cut(_ indices: [Int]) { separated = Set(indices) }

    /// Starts a member of so many, or one that was there before.
    func start(_ index: Int, members count: Int?) throws -> EtcdMember {
        let files = EtcdFiles(directory: "\(folder)/m\(index)")
        var content = EtcdFiles.Content()
        if let count {
            content.cluster = "test"
            content.members = Dictionary(uniqueKeysWithValues: (0..<count).map { ("m\($0)", "\($0)") })
        } else {
            content = try files.read()
        }
        let member = try EtcdMember(
            name: "m\(index)", url: "\(index)", content: content, files: files, store: Store(),
            election: .milliseconds(500)
        ) { [weak self] url, path, body in await self?.deliver(from: index, to: url, path, body) }
        member.store.use(member)
        if index < members.count { members[index] = member } else { members.append(member) }
        member.start()
        return member
    }

    private func deliver(from: Int, to url: String, _ path: String, _ body: JSON) async -> JSON? {
        guard let to = Int(url), members.indices.contains(to), separated.isDisjoint(with: [from, to]) else {
            return nil
        }
        let answer = await members[to].answer(path, body)
        return separated.isDisjoint(with: [from, to]) ? answer : nil
    }
}
