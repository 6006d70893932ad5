/// Reads and writes objects by the API server's rules. Requests and this server's own controllers come this way alike.
@MainActor final class ObjectAPI {
    let store: Store
    /// Where changes of nodes and pods are written down; nil keeps none.
    let log: RunLog?
    /// Whether a pod that is deleted is gone at once: what `pod-stop=0` stands for.
    let podsStopAtOnce: Bool

    init(store: Store, log: RunLog?, podsStopAtOnce: Bool = false) {
        (self.store, self.log, self.podsStopAtOnce) = (store, log, podsStopAtOnce)
    }

    func get(_ resource: Resource, _ namespace: String, _ name: String) throws(APIError) -> JSON {
        guard let object = store[resource.key(namespace, name)] else { throw .notFound(resource, name) }
        return object
    }

    func find(_ resource: Resource, _ namespace: String, _ name: String) -> JSON? {
        store[resource.key(namespace, name)]
    }

    func list(_ resource: Resource, namespace: String? = nil) -> [JSON] {
        store.list(resource.qualifiedName, namespace: namespace)
    }

    /// Makes a new object, with the defaults and checks of its kind.
    @discardableResult
    func create(
        _ resource: Resource, _ namespace: String, _ object: JSON, dryRun: Bool = false
    ) async throws(APIError) -> JSON {
        var new = try NewObject.prepared(object, as: resource, namespace: namespace)
        if resource.namespaced {
            let home = try get(.namespaces, "", namespace)
            if home.isBeingDeleted {
                throw .forbidden(
                    "\(resource.qualifiedName) \"\(new.name)\" is forbidden: unable to create new content in namespace"
                        + " \(namespace) because it is being terminated")
            }
        }
        let key = resource.key(namespace, new.name)
        guard store[key] == nil else { throw .alreadyExists(resource, new.name) }
        if dryRun { return new }
        guard case .done(let revision) = try await commit(Change(key, expecting: .absent, value: new)) else {
            throw .alreadyExists(resource, new.name)
        }
        new["metadata"]["resourceVersion"] = .string(String(revision))
        return new
    }

    /// Changes an object. `edit` sees the present one and returns the wanted one; if that names a `resourceVersion`
    /// other than the present one's, the answer is 409, and if somebody else writes in between, `edit` is asked again.
    @discardableResult
    func update(
        _ resource: Resource, _ namespace: String, _ name: String, subresource: String = "", dryRun: Bool = false,
        edit: (JSON) throws(APIError) -> JSON
    ) async throws(APIError) -> JSON {
        let key = resource.key(namespace, name)
        for _ in 0..<20 {
            guard let old = store[key] else { throw .notFound(resource, name) }
            let wanted = try edit(old)
            let new = try ChangedObject.prepared(wanted, from: old, as: resource, subresource: subresource)
            if new == old || dryRun { return new }
            let isGone =
                new.isBeingDeleted && resource != .pods && resource != .namespaces
                && new["metadata"]["finalizers"].elements.isEmpty
            let change = Change(key, expecting: .revision(old.revision), value: isGone ? nil : new)
            if case .done(let revision) = try await commit(change) {
                var result = new
                result["metadata"]["resourceVersion"] = .string(String(revision))
                record(old: old, new: new, resource)
                return result
            }
        }
        throw .conflict(resource, name)
    }

    /// Changes an object's status.
    @discardableResult
    func updateStatus(
        _ resource: Resource, _ object: JSON, edit: (inout JSON) -> Void
    ) async throws(APIError) -> JSON {
        try await update(resource, object.namespace, object.name, subresource: "status") { old in
            var new = old
            edit(&new)
            return new
        }
    }

    func commit(_ change: Change) async throws(APIError) -> ChangeOutcome {
        do {
            return try await store.commit(change)
        } catch {
            throw .datastore(error)
        }
    }

    /// What the tests want to know about: nodes closed and opened, by whomever.
    private func record(old: JSON, new: JSON, _ resource: Resource) {
        guard resource == .nodes, old["spec"]["unschedulable"] != new["spec"]["unschedulable"] else { return }
        let closed = new["spec"]["unschedulable"].bool == true
        log?.append(closed ? "cordon" : "uncordon", ["target": .string(new.name)])
    }
}
