/// All objects of the cluster in one revision: a pure state machine. The same changes in the same order give the same
/// state everywhere, `metadata.resourceVersion` included.
struct ObjectState: Sendable {
    struct Place: Hashable, Sendable {
        let namespace: String
        let name: String
    }

    private(set) var revision = 0
    private var objects: [String: [Place: JSON]] = [:]

    subscript(_ key: ObjectKey) -> JSON? { objects[key.resource]?[Place(namespace: key.namespace, name: key.name)] }

    /// The objects of one resource, in the order of namespace and name.
    func list(_ resource: String, namespace: String? = nil) -> [JSON] {
        guard let all = objects[resource] else { return [] }
        let chosen = namespace.map { wanted in all.filter { $0.key.namespace == wanted } } ?? all
        return chosen.sorted { ($0.key.namespace, $0.key.name) < ($1.key.namespace, $1.key.name) }.map(\.value)
    }

    /// Whether `change` would be done now.
    func outcome(of change: Change) -> ChangeOutcome {
        let present = self[change.key]
        if change.value == nil, present == nil { return .missing }
        switch change.expectation {
        case .anything: break
        case .absent: if present != nil { return .conflict }
        case .revision(let expected):
            guard let present else { return .missing }
            if present["metadata"]["resourceVersion"].string != String(expected) { return .conflict }
        }
        return .done(revision: revision + 1)
    }

    /// Does `change` if its expectation holds. Gives back the outcome and the object before and after.
    mutating func apply(_ change: Change) -> (outcome: ChangeOutcome, old: JSON?, new: JSON?) {
        let outcome = outcome(of: change)
        guard case .done(let revision) = outcome else { return (outcome, nil, nil) }
        let old = self[change.key]
        set(change.key, to: change.value, revision: revision)
        return (outcome, old, self[change.key])
    }

    /// Puts an object in place as a journal recorded it.
    mutating func set(_ key: ObjectKey, to value: JSON?, revision: Int) {
        var value = value
        value?["metadata"]["resourceVersion"] = .string(String(revision))
        objects[key.resource, default: [:]][Place(namespace: key.namespace, name: key.name)] = value
        self.revision = max(self.revision, revision)
    }

    /// Everything, as snapshots and new members get it.
    var json: JSON {
        var all: [String: JSON] = [:]
        for (resource, places) in objects {
            for (place, value) in places { all["\(ObjectKey(resource, place.namespace, place.name))"] = value }
        }
        return ["revision": .int(revision), "objects": .object(all)]
    }

    init() {}

    init?(_ json: JSON) {
        guard let revision = json["revision"].int, case .object(let all) = json["objects"] else { return nil }
        for (text, value) in all {
            guard let key = ObjectKey(text),
                let version = value["metadata"]["resourceVersion"].string.flatMap({ Int($0) })
            else { return nil }
            set(key, to: value, revision: version)
        }
        self.revision = revision
    }
}
