/// The cluster's objects as this server sees them, and the one way to change them.
@MainActor final class Store {
    /// What makes changes durable, and decides when they are.
    @MainActor protocol Backend: AnyObject {
        /// Makes a change, or says why none can be made at present.
        func commit(_ change: Change) async throws(DatastoreError) -> ChangeOutcome
        /// Returns when reads see everything that was committed before the call.
        func barrier() async throws(DatastoreError)
    }

    /// One change that happened; `old` is nil for a new object, `new` for a deleted one.
    struct Event: Sendable {
        let key: ObjectKey
        let old: JSON?
        let new: JSON?
        let revision: Int
    }

    private(set) var state = ObjectState()
    private var backend: (any Backend)?
    private var observers: [(Event) -> Void] = []
    /// Fires with every change but those of Leases: heartbeats come many times a second, and what follows from their
    /// absence comes with time anyway.
    let changed = Signal()

    func use(_ backend: any Backend) { self.backend = backend }
    func observe(_ observer: @escaping (Event) -> Void) { observers.append(observer) }

    /// The datastore is as this says: at start, or when a server catches up by a whole snapshot. No events are given.
    func load(_ state: ObjectState) {
        self.state = state
        changed.fire()
    }

    func commit(_ change: Change) async throws(DatastoreError) -> ChangeOutcome {
        guard let backend else { throw DatastoreError(message: "the datastore is not open") }
        return try await backend.commit(change)
    }

    func barrier() async throws(DatastoreError) {
        guard let backend else { throw DatastoreError(message: "the datastore is not open") }
        try await backend.barrier()
    }

    /// For backends: the change is durable, let it happen.
    func apply(_ change: Change) -> ChangeOutcome {
        let (outcome, old, new) = state.apply(change)
        if case .done(let revision) = outcome {
            let event = Event(key: change.key, old: old, new: new, revision: revision)
            for observer in observers { observer(event) }
            if change.key.resource != Resource.leases.qualifiedName { changed.fire() }
        }
        return outcome
    }

    subscript(_ key: ObjectKey) -> JSON? { state[key] }
    func list(_ resource: String, namespace: String? = nil) -> [JSON] { state.list(resource, namespace: namespace) }
}
