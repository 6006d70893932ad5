/// Answers requests for objects.
@MainActor struct ResourceHandler {
    let api: ObjectAPI
    let watches: WatchHub
    let identity: Identity

    func handle(_ request: Request, _ target: ResourceRequest) async throws(APIError) -> Response {
        try authorize(request, target)
        let dryRun = request.parameter("dryRun") == "All"
        switch (request.method, target.name) {
        case ("GET", nil): return try list(request, target)
        case ("GET", let name?):
            let object = try api.get(target.resource, target.place, name)
            return render([object], request, target.resource, metadata: [:]) ?? Response(object)
        case ("POST", nil):
            let object = try await api.create(target.resource, target.place, try request.json(), dryRun: dryRun)
            return Response(object, status: 201)
        case ("POST", let name?) where target.resource == .pods && target.subresource == "eviction":
            let eviction = Eviction(api: api)
            let status = try await eviction.evict(target.place, name, body: try request.json(), dryRun: dryRun)
            return Response(status, status: 201)
        case ("PUT", let name?):
            let body = try request.json()
            return try await update(target, name, dryRun) { (_) throws(APIError) in body }
        case ("PATCH", let name?):
            let patch = try PatchRequest(request)
            return try await update(target, name, dryRun) { (old) throws(APIError) in try patch.applied(to: old) }
        case ("DELETE", let name?): return try await delete(target, name, try deleteOptions(request, dryRun))
        case ("DELETE", nil):
            let options = try deleteOptions(request, dryRun)
            for object in try selected(request, target) {
                _ = try await delete(ResourceRequest.one(object, target.resource), object.name, options)
            }
            return Response(["kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Success"])
        default:
            throw APIError(
                code: 405, reason: "MethodNotAllowed",
                message: "the server does not allow this method on the requested resource")
        }
    }

    private func authorize(_ request: Request, _ target: ResourceRequest) throws(APIError) {
        guard identity != .admin else { return }
        let verbs = ["GET": target.name == nil ? "list" : "get", "POST": "create", "PUT": "update", "PATCH": "patch"]
        var node: String?
        if target.resource == .pods {
            if let name = target.name {
                node = api.find(.pods, target.place, name)?.nodeName
            } else if let query = request.parameter("fieldSelector") {
                node = try FieldSelector(query: query).required("spec.nodeName")
            }
        }
        try NodeAuthorizer.check(
            identity,
            NodeAuthorizer.Attributes(
                verb: verbs[request.method] ?? "delete", resource: target.resource, namespace: target.place,
                name: target.name ?? "", node: node))
    }

    private func update(
        _ target: ResourceRequest, _ name: String, _ dryRun: Bool, edit: (JSON) throws(APIError) -> JSON
    ) async throws(APIError) -> Response {
        guard ["", "status"].contains(target.subresource) else { throw .noSuchPath }
        return Response(
            try await api.update(
                target.resource, target.place, name, subresource: target.subresource, dryRun: dryRun, edit: edit))
    }

    private func deleteOptions(_ request: Request, _ dryRun: Bool) throws(APIError) -> ObjectAPI.DeleteOptions {
        var options = ObjectAPI.DeleteOptions(dryRun: dryRun)
        options.gracePeriodSeconds = request.parameter("gracePeriodSeconds").flatMap { Int($0) }
        // `kubectl drain --disable-eviction` sends protobuf; what it says is the default.
        guard !request.body.isEmpty, !request.contentType.contains("protobuf") else { return options }
        let body = try request.json()
        options.gracePeriodSeconds = body["gracePeriodSeconds"].int ?? options.gracePeriodSeconds
        options.uid = body["preconditions"]["uid"].string
        options.resourceVersion = body["preconditions"]["resourceVersion"].string
        options.dryRun = dryRun || !body["dryRun"].elements.isEmpty
        return options
    }

    private func delete(
        _ target: ResourceRequest, _ name: String, _ options: ObjectAPI.DeleteOptions
    ) async throws(APIError) -> Response {
        let present = try api.get(target.resource, target.place, name)
        if let remaining = try await api.delete(target.resource, target.place, name, options) {
            return Response(remaining)
        }
        var details = APIError.details(target.resource, name)
        details["uid"] = .string(present.uid)
        return Response([
            "kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Success", "details": details,
        ])
    }

    // MARK: Lists

    private func selected(_ request: Request, _ target: ResourceRequest) throws(APIError) -> [JSON] {
        let matches = try Self.filter(request)
        return api.list(target.resource, namespace: target.namespace).filter(matches)
    }

    private static func filter(_ request: Request) throws(APIError) -> @Sendable (JSON) -> Bool {
        let labels = request.parameter("labelSelector") ?? ""
        let fields = request.parameter("fieldSelector") ?? ""
        _ = (try LabelSelector(query: labels), try FieldSelector(query: fields))
        return { object in
            (try? LabelSelector(query: labels).matches(object.labels)) == true
                && (try? FieldSelector(query: fields).matches(object)) == true
        }
    }

    private func list(_ request: Request, _ target: ResourceRequest) throws(APIError) -> Response {
        if request.isSet("watch") { return try watch(request, target) }
        var objects = try selected(request, target)
        var metadata: JSON = ["resourceVersion": .string(String(api.store.state.revision))]
        if let start = request.parameter("continue"), let offset = Int(start) {
            objects.removeFirst(min(offset, objects.count))
        }
        let offset = request.parameter("continue").flatMap { Int($0) } ?? 0
        if let limit = request.parameter("limit").flatMap({ Int($0) }), limit > 0, objects.count > limit {
            metadata["continue"] = .string(String(offset + limit))
            metadata["remainingItemCount"] = .int(objects.count - limit)
            objects = Array(objects.prefix(limit))
        }
        if let table = render(objects, request, target.resource, metadata: metadata) { return table }
        return Response([
            "kind": .string(target.resource.kind + "List"), "apiVersion": .string(target.resource.groupVersion),
            "metadata": metadata, "items": .array(objects),
        ])
    }

    /// The table form, if it is asked for.
    private func render(_ objects: [JSON], _ request: Request, _ resource: Resource, metadata: JSON) -> Response? {
        guard Table.isWanted(request) else { return nil }
        let full = request.parameter("includeObject") == "Object"
        return Response(Table.of(objects, resource, metadata: metadata, full: full))
    }

    private func watch(_ request: Request, _ target: ResourceRequest) throws(APIError) -> Response {
        let version = request.parameter("resourceVersion") ?? ""
        let initial = request.isSet("sendInitialEvents")
        let since = initial || version.isEmpty || version == "0" ? nil : Int(version)
        let seconds = min(max(request.parameter("timeoutSeconds").flatMap { Int($0) } ?? 600, 1), 3600)
        let (asTable, resource) = (Table.isWanted(request), target.resource)
        let full = request.parameter("includeObject") == "Object"
        let subscription = WatchHub.Subscription(
            resource: resource, namespace: target.namespace, matches: try Self.filter(request),
            render: { asTable ? Table.of([$0], resource, metadata: [:], full: full) : $0 })
        return Response(
            stream: try watches.stream(
                subscription, since: since, bookmarked: initial, limit: .seconds(seconds)))
    }
}

extension ResourceRequest {
    /// The request for one object of a collection.
    static func one(_ object: JSON, _ resource: Resource) -> ResourceRequest {
        ResourceRequest(resource: resource, namespace: object.namespace, name: object.name)
    }

    private init(resource: Resource, namespace: String, name: String) {
        (self.resource, self.namespace, self.name, subresource) = (resource, namespace, name, "")
    }
}
