import Testing

@testable import K3sStandIn

@Suite struct SnapshotTests {
    private let content: JSON = ["some": "state", "long": .string(String(repeating: "x", count: 5000))]

    @Test func hasEtcdsShapeAndComesBack() throws {
        let snapshot = Snapshot.snapshot(ofDatabase: Snapshot.database(content))
        #expect(snapshot.count % 512 == 32)
        #expect(try Snapshot.payload(of: Snapshot.database(ofSnapshot: snapshot)) == content)
    }

    @Test(arguments: [0, 3000, 8000]) func aWrongByteIsFound(at position: Int) {
        var snapshot = Snapshot.snapshot(ofDatabase: Snapshot.database(content))
        snapshot[position] ^= 1
        #expect(throws: DatastoreError.self) { try Snapshot.database(ofSnapshot: snapshot) }
    }

    @Test func halfASnapshotIsFound() {
        let snapshot = Snapshot.snapshot(ofDatabase: Snapshot.database(content))
        #expect(throws: DatastoreError.self) { try Snapshot.database(ofSnapshot: Array(snapshot.prefix(4096))) }
    }
}

@Suite struct ObjectStateTests {
    private let key = ObjectKey("nodes", "", "n")

    @Test func expectationsDecide() {
        var state = ObjectState()
        #expect(state.apply(Change(key, expecting: .revision(1), value: [:])).outcome == .missing)
        #expect(state.apply(Change(key, expecting: .absent, value: ["a": 1])).outcome == .done(revision: 1))
        #expect(state.apply(Change(key, expecting: .absent, value: ["a": 2])).outcome == .conflict)
        #expect(state.apply(Change(key, expecting: .revision(7), value: ["a": 2])).outcome == .conflict)
        #expect(state.apply(Change(key, expecting: .revision(1), value: ["a": 2])).outcome == .done(revision: 2))
        #expect(state[key]?["metadata"]["resourceVersion"] == "2")
        #expect(state.apply(Change(key, expecting: .anything, value: nil)).outcome == .done(revision: 3))
        #expect(state.apply(Change(key, expecting: .anything, value: nil)).outcome == .missing)
    }

    @Test func comesBackFromJSON() throws {
        var state = ObjectState()
        _ = state.apply(Change(key, expecting: .absent, value: ["a": 1]))
        _ = state.apply(Change(ObjectKey("pods", "ns", "p"), expecting: .absent, value: ["b": 1]))
        let copy = try #require(ObjectState(state.json))
        #expect(copy.json == state.json)
        #expect(copy.list("pods", namespace: "ns").count == 1)
    }
}
