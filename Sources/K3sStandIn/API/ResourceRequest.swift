/// A request for objects: which kind, which of them, and what to do.
struct ResourceRequest {
    let resource: Resource
    /// nil asks across all namespaces.
    let namespace: String?
    let name: String?
    let subresource: String

    /// Takes the path of such a request apart; nil if it is none.
    init?(path: String) {
        var parts = path.split(separator: "/").map(String.init)
        let group: String
        if parts.first == "api", parts.count > 2 {
            group = ""
            parts.removeFirst(2)
        } else if parts.first == "apis", parts.count > 3 {
            group = parts[1]
            parts.removeFirst(3)
        } else {
            return nil
        }
        guard path.hasPrefix(group.isEmpty ? "/api/v1/" : "/apis/\(group)/v1/") else { return nil }
        var namespace: String?
        if parts.count > 2, parts[0] == "namespaces", !["status", "finalize"].contains(parts[2]) {
            namespace = parts[1]
            parts.removeFirst(2)
        }
        guard let plural = parts.first, parts.count <= 3,
            let resource = Resource.find(group: group, version: "v1", plural: plural),
            namespace == nil || resource.namespaced
        else { return nil }
        self.resource = resource
        self.namespace = namespace
        name = parts.count > 1 ? parts[1] : nil
        subresource = parts.count > 2 ? parts[2] : ""
        if resource.namespaced, name != nil, namespace == nil { return nil }
    }

    var place: String { namespace ?? "" }
}
