extension ObjectAPI {
    /// What a DELETE asks for.
    struct DeleteOptions {
        var gracePeriodSeconds: Int?
        var uid: String?
        var resourceVersion: String?
        var dryRun = false
    }

    /// Deletes an object, or begins to. Returns it with a `deletionTimestamp` if it is still there; nil if it is gone.
    @discardableResult
    func delete(
        _ resource: Resource, _ namespace: String, _ name: String, _ options: DeleteOptions = DeleteOptions()
    ) async throws(APIError) -> JSON? {
        let key = resource.key(namespace, name)
        var options = options
        if podsStopAtOnce, resource == .pods { options.gracePeriodSeconds = 0 }
        for _ in 0..<20 {
            guard let old = store[key] else { throw .notFound(resource, name) }
            if let uid = options.uid, uid != old.uid {
                throw .conflict(
                    resource, name, "Precondition failed: UID in precondition: \(uid), UID in object meta: \(old.uid)")
            }
            if let version = options.resourceVersion, version != String(old.revision) {
                throw .conflict(resource, name)
            }
            let new = Self.marked(old, resource, options)
            if options.dryRun { return new }
            if let new, new == old { return old }
            let change = Change(key, expecting: .revision(old.revision), value: new)
            if case .done(let revision) = try await commit(change) {
                if resource == .nodes { log?.append("delete-node", ["target": .string(name)]) }
                var result = new
                result?["metadata"]["resourceVersion"] = .string(String(revision))
                return result
            }
        }
        throw .conflict(resource, name)
    }

    /// What the object becomes by being deleted; nil if it goes at once.
    private static func marked(_ old: JSON, _ resource: Resource, _ options: DeleteOptions) -> JSON? {
        var grace = 0
        if resource == .pods, old.nodeName != nil, !old.isFinishedPod {
            grace = options.gracePeriodSeconds ?? old["spec"]["terminationGracePeriodSeconds"].int ?? 30
            if grace > 0, old.isBeingDeleted {
                let present = old["metadata"]["deletionGracePeriodSeconds"].int ?? 0
                if present <= grace { return old }
            }
        }
        let finalizers = old["metadata"]["finalizers"].elements
        guard grace > 0 || !finalizers.isEmpty || resource == .namespaces else { return nil }
        if old.isBeingDeleted, grace == 0 { return old }
        var new = old
        let end = Timestamp(microseconds: Timestamp.now.microseconds + grace * 1_000_000)
        new["metadata"]["deletionTimestamp"] = .string(end.time)
        new["metadata"]["deletionGracePeriodSeconds"] = .int(grace)
        if resource == .namespaces { new["status"]["phase"] = "Terminating" }
        return new
    }
}
