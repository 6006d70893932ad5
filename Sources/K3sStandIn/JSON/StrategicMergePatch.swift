/// Kubernetes' own merge patch: lists of objects with a known key are merged element by element.
/// The keys are those of the API types' `patchMergeKey` tags; a list that is not named here is replaced whole.
enum StrategicMergePatch {
    private static let mergeKeys: [String: String] = [
        "conditions": "type", "taints": "key", "containers": "name", "initContainers": "name",
        "ephemeralContainers": "name", "env": "name", "volumes": "name", "volumeMounts": "mountPath",
        "ownerReferences": "uid", "addresses": "type", "imagePullSecrets": "name", "hostAliases": "ip",
        "topologySpreadConstraints": "topologyKey", "secrets": "name",
    ]
    private static let primitiveLists: Set<String> = ["finalizers", "volumesInUse", "podCIDRs"]

    static func apply(_ patch: JSON, to target: JSON) -> JSON { merge(target, patch, into: "") }

    private static func merge(_ target: JSON, _ patch: JSON, into name: String) -> JSON {
        switch patch {
        case .object(let changes): return mergeObject(target, changes)
        case .array(let changes): return mergeList(target, changes, into: name)
        default: return patch
        }
    }

    private static func mergeObject(_ target: JSON, _ changes: [String: JSON]) -> JSON {
        if changes["$patch"] == "replace" {
            return .object(changes.filter { $0.key != "$patch" })
        }
        var result = target.isObject ? target : .object([:])
        if let retained = changes["$retainKeys"] {
            let keep = Set(retained.elements.compactMap(\.string))
            result = .object(result.fields.filter { keep.contains($0.key) })
        }
        for (field, change) in changes where !field.hasPrefix("$") {
            result[field] = change.isNull ? .null : merge(result[field], change, into: field)
        }
        let prefix = "$deleteFromPrimitiveList/"
        for (field, unwanted) in changes where field.hasPrefix(prefix) {
            let list = String(field.dropFirst(prefix.count))
            result[list] = .array(result[list].elements.filter { !unwanted.elements.contains($0) })
        }
        return result
    }

    private static func mergeList(_ target: JSON, _ changes: [JSON], into name: String) -> JSON {
        if primitiveLists.contains(name) {
            return .array(target.elements + changes.filter { !target.elements.contains($0) })
        }
        let key = name == "ports" ? portKey(changes) : mergeKeys[name]
        guard let key, changes.allSatisfy(\.isObject) else { return .array(changes) }
        if changes.contains(["$patch": "replace"]) { return .array(changes.filter { $0["$patch"].isNull }) }
        var result = target.elements
        for change in changes {
            let index = result.firstIndex { $0[key] == change[key] }
            switch (index, change["$patch"] == "delete") {
            case (let index?, true): result.remove(at: index)
            case (let index?, false): result[index] = mergeObject(result[index], change.fields)
            case (nil, false): result.append(mergeObject(.null, change.fields))
            case (nil, true): continue
            }
        }
        return .array(result)
    }

    /// A container's ports are told apart by `containerPort`, a Service's by `port`.
    private static func portKey(_ changes: [JSON]) -> String {
        changes.contains { !$0["containerPort"].isNull } ? "containerPort" : "port"
    }
}
