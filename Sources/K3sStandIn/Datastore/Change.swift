/// One write to the datastore, with what must hold for it to be done: the unit of durability and replication.
struct Change: Sendable, Equatable {
    /// What is written.
    enum Expectation: Sendable, Equatable {
        case anything
        case absent
        /// The object is there in this revision.
        case revision(Int)
    }

    let key: ObjectKey
    let expectation: Expectation
    /// The new object; nil deletes.
    let value: JSON?

    init(_ key: ObjectKey, expecting expectation: Expectation, value: JSON?) {
        (self.key, self.expectation, self.value) = (key, expectation, value)
    }

    var json: JSON {
        let expected: Int? =
            switch expectation {
            case .anything: nil
            case .absent: 0
            case .revision(let revision): revision
            }
        return ["key": .string("\(key)"), "expected": expected.map(JSON.int) ?? .null, "value": value ?? .null]
    }

    init?(_ json: JSON) {
        guard let key = json["key"].string.flatMap({ ObjectKey($0) }) else { return nil }
        self.key = key
        value = json["value"].isNull ? nil : json["value"]
        switch json["expected"].int {
        case nil: expectation = .anything
        case 0?: expectation = .absent
        case let revision?: expectation = .revision(revision)
        }
    }
}

/// What became of a change.
enum ChangeOutcome: Sendable, Equatable {
    /// Done, in this revision.
    case done(revision: Int)
    /// Not done: the object is there in another revision, or is there although it should not be.
    case conflict
    /// Not done: the object is not there.
    case missing
}

/// Why the datastore cannot do anything at present.
struct DatastoreError: Error, CustomStringConvertible {
    let message: String
    var description: String { message }
}
