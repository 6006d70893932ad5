/// What servers and agents ask of a server beside Kubernetes' API: joining, the list of servers, the pods of a node,
/// and snapshots. Agents show the cluster's token first and their node's credentials from then on.
@MainActor final class Supervisor {
    private let api: ObjectAPI
    private let credentials: Credentials
    private let snapshots: SnapshotStore?
    private let etcd: EtcdMember?
    /// The revision of the last change to a pod on each node.
    private var podRevisions: [String: Int] = [:]

    init(api: ObjectAPI, credentials: Credentials, snapshots: SnapshotStore?, etcd: EtcdMember?) {
        (self.api, self.credentials, self.snapshots, self.etcd) = (api, credentials, snapshots, etcd)
        api.store.observe { [weak self] event in
            guard event.key.resource == "pods" else { return }
            for node in Set([event.old?.nodeName, event.new?.nodeName].compactMap(\.self)) {
                self?.podRevisions[node] = event.revision
            }
        }
    }

    func respond(to request: Request) async throws(APIError) -> Response {
        let isMember = request.bearer.map(credentials.accepts(token:)) ?? false
        let identity = credentials.identity(bearer: request.bearer)
        switch request.path {
        case "/v1-k3s/join":
            guard isMember else { throw .unauthorized }
            return Response(try await join(try request.json()))
        case "/v1-k3s/members":
            guard isMember else { throw .unauthorized }
            return Response(try await addMember(try request.json()))
        case "/v1-k3s/apiservers":
            guard isMember || identity != nil else { throw .unauthorized }
            return Response(JSON(strings: servers))
        case "/v1-k3s/pods":
            guard case .node(let node)? = identity else { throw .unauthorized }
            return Response(await pods(on: node, after: request.parameter("after").flatMap { Int($0) }))
        case "/db/snapshot":
            guard identity == .admin else { throw .unauthorized }
            return try await snapshot(try request.json())
        default: throw .noSuchPath
        }
    }

    /// A node's first word: it proves who it is by its password, and gets its credentials.
    private func join(_ body: JSON) async throws(APIError) -> JSON {
        guard let node = body["node"].string, let password = body["password"].string, !node.isEmpty else {
            throw .badRequest("a node joins with its name and password")
        }
        let name = "\(node).node-password.k3s"
        if let known = api.find(.secrets, "kube-system", name) {
            guard known["data"]["hash"].string == password else {
                throw .forbidden(
                    "Node password rejected, duplicate hostname or contents of '/etc/rancher/node/password' may not match"
                        + " server node-passwd entry, try enabling a unique node name with the --with-node-id flag")
            }
        } else {
            let secret: JSON = ["metadata": ["name": .string(name)], "data": ["hash": .string(password)]]
            try await api.create(.secrets, "kube-system", secret)
        }
        return ["credentials": .string(credentials.node(node)), "servers": JSON(strings: servers)]
    }

    private func addMember(_ body: JSON) async throws(APIError) -> JSON {
        guard let etcd else { throw .badRequest("etcd datastore disabled: this server takes no others") }
        guard let name = body["name"].string, let url = body["url"].string else { throw .badRequest("no name or URL") }
        do {
            try await etcd.join(name: name, url: url)
        } catch {
            throw .datastore(error)
        }
        return ["ok": true]
    }

    /// The URLs of all servers that have registered.
    private var servers: [String] {
        api.list(.nodes).filter { $0.labels["node-role.kubernetes.io/control-plane"] != nil }
            .compactMap { $0.annotations[Kubelet.urlAnnotation] }
    }

    /// The pods of a node: at once if they changed after that revision, otherwise when they do, or in five seconds.
    private func pods(on node: String, after revision: Int?) async -> JSON {
        let deadline = ContinuousClock.now + .seconds(5)
        while let revision, podRevisions[node] ?? 0 <= revision, ContinuousClock.now < deadline {
            await api.store.changed.wait(past: api.store.changed.count, upTo: deadline - .now)
        }
        let pods = api.list(.pods).filter { $0.nodeName == node }
        return ["revision": .int(api.store.state.revision), "pods": .array(pods)]
    }

    private func snapshot(_ body: JSON) async throws(APIError) -> Response {
        guard let snapshots else { throw .badRequest("etcd datastore disabled") }
        if body["operation"] == "list" { return Response(snapshots.list(directory: body["directory"].string)) }
        let name = body["name"].string ?? "on-demand"
        guard !name.contains("/") else { throw .badRequest("a snapshot's name has no slash") }
        do {
            return Response(
                try await snapshots.save(
                    name: name, directory: body["directory"].string, compress: body["compress"].bool))
        } catch {
            throw APIError(code: 500, reason: "InternalError", message: error.message)
        }
    }
}
