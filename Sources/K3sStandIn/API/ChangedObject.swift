/// What the API server makes of a change to an object before it is stored.
enum ChangedObject {
    private static let fixedMetadata = [
        "name", "namespace", "uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds",
        "generation", "generateName",
    ]
    /// Kinds whose updates must say which version they are meant for.
    private static let guardedKinds: Set<Resource> = [.leases, .disruptionBudgets]

    static func prepared(
        _ wanted: JSON, from old: JSON, as resource: Resource, subresource: String
    ) throws(APIError) -> JSON {
        if let kind = wanted["kind"].string, kind != resource.kind {
            throw .badRequest("the object provided is a \(kind), not a \(resource.kind)")
        }
        if let name = wanted["metadata"]["name"].string, name != old.name {
            throw .badRequest(
                "the name of the object (\(name)) does not match the name on the URL (\(old.name))")
        }
        try checkPreconditions(wanted, old, resource)
        var new = subresource == "status" ? old : wanted
        if subresource == "status" {
            new["status"] = wanted["status"]
            if resource == .nodes { new["metadata"]["annotations"] = wanted["metadata"]["annotations"] }
        } else if resource.hasStatus {
            new["status"] = old["status"]
        }
        new["apiVersion"] = old["apiVersion"]
        new["kind"] = old["kind"]
        for field in fixedMetadata { new["metadata"][field] = old["metadata"][field] }
        new["metadata"]["resourceVersion"] = old["metadata"]["resourceVersion"]
        if resource.hasGeneration, new["spec"] != old["spec"] {
            new["metadata"]["generation"] = .int(old.generation + 1)
        }
        if new != old { try Validation.check(new, resource) }
        return new
    }

    private static func checkPreconditions(_ wanted: JSON, _ old: JSON, _ resource: Resource) throws(APIError) {
        if !wanted.uid.isEmpty, wanted.uid != old.uid {
            throw .conflict(
                resource, old.name,
                "Precondition failed: UID in precondition: \(wanted.uid), UID in object meta: \(old.uid)")
        }
        let version = wanted["metadata"]["resourceVersion"].string ?? ""
        if version.isEmpty {
            if guardedKinds.contains(resource) {
                throw .invalid(
                    resource, old.name, field: "metadata.resourceVersion",
                    "Invalid value: 0: must be specified for an update")
            }
        } else if version != String(old.revision) {
            throw .conflict(resource, old.name)
        }
    }
}
