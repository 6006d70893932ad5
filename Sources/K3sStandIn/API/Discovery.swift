internal import Hashing

/// What the API offers, in the forms kubectl asks for.
enum Discovery {
    static let aggregatedType = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
    private static let verbs: [String] = [
        "create", "delete", "deletecollection", "get", "list", "patch", "update", "watch",
    ]
    private static let groups: [String] =
        Resource.all.reduce(into: []) { groups, resource in
            if !groups.contains(resource.group), !resource.group.isEmpty { groups.append(resource.group) }
        } + ["authorization.k8s.io", "authentication.k8s.io"]

    /// `/api` or `/apis`: aggregated if the client takes that, plain otherwise.
    static func root(legacy: Bool, accept: String) -> Response {
        guard accept.contains("as=APIGroupDiscoveryList"), accept.contains("v=v2;") else {
            return Response(legacy ? versions : groupList)
        }
        let items = (legacy ? [""] : groups).map { group -> JSON in
            let resources = Resource.all.filter { $0.group == group }.map(aggregated)
            let version: JSON = ["version": "v1", "resources": .array(resources), "freshness": "Current"]
            return ["metadata": group.isEmpty ? [:] : ["name": .string(group)], "versions": [version]]
        }
        let list: JSON = [
            "kind": "APIGroupDiscoveryList", "apiVersion": "apidiscovery.k8s.io/v2", "metadata": [:],
            "items": .array(items),
        ]
        var response = Response(list)
        response.contentType = aggregatedType
        return response
    }

    private static func aggregated(_ resource: Resource) -> JSON {
        let kind: JSON = ["group": .string(resource.group), "version": "v1", "kind": .string(resource.kind)]
        var subresources: [JSON] = []
        if resource.hasStatus {
            subresources.append(["subresource": "status", "responseKind": kind, "verbs": ["get", "patch", "update"]])
        }
        if resource == .pods {
            subresources.append([
                "subresource": "eviction", "verbs": ["create"],
                "responseKind": ["group": "policy", "version": "v1", "kind": "Eviction"],
            ])
        }
        return [
            "resource": .string(resource.plural), "responseKind": kind,
            "scope": resource.namespaced ? "Namespaced" : "Cluster", "singularResource": .string(resource.singular),
            "verbs": JSON(strings: verbs), "shortNames": JSON(strings: resource.shortNames),
            "categories": categories(resource), "subresources": .array(subresources),
        ]
    }

    private static func categories(_ resource: Resource) -> JSON {
        let isInAll: Set<Resource> = [
            .pods, .services, .deployments, .replicaSets, .statefulSets, .daemonSets, .jobs,
        ]
        return isInAll.contains(resource) ? ["all"] : []
    }

    private static var versions: JSON { ["kind": "APIVersions", "versions": ["v1"]] }

    private static var groupList: JSON {
        ["kind": "APIGroupList", "apiVersion": "v1", "groups": .array(groups.map { group(named: $0) ?? .null })]
    }

    /// `/apis/GROUP`.
    static func group(named name: String) -> JSON? {
        guard groups.contains(name) else { return nil }
        let version: JSON = ["groupVersion": .string("\(name)/v1"), "version": "v1"]
        return [
            "kind": "APIGroup", "apiVersion": "v1", "name": .string(name), "versions": [version],
            "preferredVersion": version,
        ]
    }

    /// `/api/v1`, `/apis/GROUP/v1`.
    static func resources(group: String) -> JSON? {
        guard group.isEmpty || groups.contains(group) else { return nil }
        var list: [JSON] = []
        for resource in Resource.all where resource.group == group {
            list.append([
                "name": .string(resource.plural), "singularName": .string(resource.singular),
                "namespaced": .bool(resource.namespaced), "kind": .string(resource.kind), "verbs": JSON(strings: verbs),
                "shortNames": JSON(strings: resource.shortNames), "categories": categories(resource),
            ])
            if resource.hasStatus {
                list.append([
                    "name": .string(resource.plural + "/status"), "singularName": "", "kind": .string(resource.kind),
                    "namespaced": .bool(resource.namespaced), "verbs": ["get", "patch", "update"],
                ])
            }
            if resource == .pods {
                list.append([
                    "name": "pods/eviction", "singularName": "", "namespaced": true, "group": "policy",
                    "version": "v1", "kind": "Eviction", "verbs": ["create"],
                ])
            }
        }
        return [
            "kind": "APIResourceList", "apiVersion": "v1",
            "groupVersion": .string(group.isEmpty ? "v1" : "\(group)/v1"), "resources": .array(list),
        ]
    }

    // MARK: OpenAPI: no more than kubectl needs to leave validation to the server.

    /// `/openapi/v3`: where each group's document is.
    static var openAPIPaths: JSON {
        var paths: [String: JSON] = [:]
        for group in [""] + groups {
            let path = group.isEmpty ? "api/v1" : "apis/\(group)/v1"
            let hash = SHA256.hex(of: (openAPI(group: group) ?? .null).bytes).prefix(32).uppercased()
            paths[path] = ["serverRelativeURL": .string("/openapi/v3/\(path)?hash=\(hash)")]
        }
        return ["paths": .object(paths)]
    }

    /// One group's document: that its kinds can be patched, and that the server validates fields.
    static func openAPI(group: String) -> JSON? {
        guard group.isEmpty || groups.contains(group) else { return nil }
        let parameters: [JSON] = ["dryRun", "fieldManager", "fieldValidation", "force", "pretty"].map { name in
            ["name": .string(name), "in": "query", "schema": ["type": "string", "uniqueItems": true]]
        }
        var paths: [String: JSON] = [:]
        for resource in Resource.all where resource.group == group {
            let place = resource.namespaced ? "/namespaces/{namespace}" : ""
            let kind: JSON = ["group": .string(group), "version": "v1", "kind": .string(resource.kind)]
            let operation: JSON = [
                "parameters": .array(parameters), "x-kubernetes-group-version-kind": kind,
                "responses": ["200": ["description": "OK"]],
            ]
            var patch = operation
            patch["x-kubernetes-action"] = "patch"
            var post = operation
            post["x-kubernetes-action"] = "post"
            paths["\(resource.rootPath)\(place)/\(resource.plural)/{name}"] = ["patch": patch]
            paths["\(resource.rootPath)\(place)/\(resource.plural)"] = ["post": post]
        }
        return [
            "openapi": "3.0.0", "info": ["title": "Kubernetes", "version": "unversioned"], "paths": .object(paths),
            "components": ["schemas": [:]],
        ]
    }
}
