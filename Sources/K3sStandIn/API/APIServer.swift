/// The API of one server: sorts requests by path and by who sent them.
@MainActor final class APIServer {
    let api: ObjectAPI
    let credentials: Credentials
    let release: Release
    let watches: WatchHub
    /// The servers' and agents' own requests, beside Kubernetes' API.
    var supervisor: Supervisor?
    /// Answers members of the replicated datastore.
    var etcd: EtcdMember?
    /// Whether `/readyz` is good, as far as the server itself goes.
    var isReady = false

    init(api: ObjectAPI, credentials: Credentials, release: Release) {
        (self.api, self.credentials, self.release) = (api, credentials, release)
        watches = WatchHub(store: api.store)
    }

    func respond(to request: Request) async -> Response {
        do {
            return try await route(request)
        } catch {
            return Response(error)
        }
    }

    private func route(_ request: Request) async throws(APIError) -> Response {
        switch request.path {
        case "/ping": return Response(text: "pong")
        case "/cacerts": return Response(text: credentials.certificate)
        case let path where path.hasPrefix("/raft/"):
            guard request.bearer == credentials.peer, let etcd else { throw .unauthorized }
            return Response(await etcd.answer(path, try request.json()))
        case let path where path.hasPrefix("/v1-k3s/") || path == "/db/snapshot":
            guard let supervisor else { throw .datastore(DatastoreError(message: "starting")) }
            return try await supervisor.respond(to: request)
        default: break
        }
        guard let identity = credentials.identity(bearer: request.bearer) else { throw .unauthorized }
        if let response = try unchanging(request) { return response }
        if ["/readyz", "/livez", "/healthz"].contains(request.path) {
            let answers = (try? await api.store.barrier()) != nil
            return HealthChecks.response(
                request.path, verbose: request.parameter("verbose") != nil, isReady: isReady, datastoreAnswers: answers)
        }
        if let review = review(request, identity) { return review }
        guard let target = ResourceRequest(path: request.path) else { throw .noSuchPath }
        do {
            try await api.store.barrier()
        } catch {
            throw .datastore(error)
        }
        return try await ResourceHandler(api: api, watches: watches, identity: identity).handle(request, target)
    }

    /// What does not depend on the cluster's objects: version, discovery, OpenAPI.
    private func unchanging(_ request: Request) throws(APIError) -> Response? {
        let accept = request.headers["accept"] ?? ""
        let parts = request.path.split(separator: "/").map(String.init)
        switch (parts.first, parts.count) {
        case ("version", 1): return Response(version)
        case ("api", 1): return Discovery.root(legacy: true, accept: accept)
        case ("apis", 1): return Discovery.root(legacy: false, accept: accept)
        case ("api", 2) where parts[1] == "v1": return Discovery.resources(group: "").map { Response($0) }
        case ("apis", 2):
            guard let group = Discovery.group(named: parts[1]) else { throw .noSuchPath }
            return Response(group)
        case ("apis", 3) where parts[2] == "v1":
            guard let list = Discovery.resources(group: parts[1]) else { throw .noSuchPath }
            return Response(list)
        case ("openapi", 2) where parts[1] == "v3": return Response(Discovery.openAPIPaths)
        case ("openapi", 4) where parts[2] == "api": return Discovery.openAPI(group: "").map { Response($0) }
        case ("openapi", 5) where parts[2] == "apis":
            guard let document = Discovery.openAPI(group: parts[3]) else { throw .noSuchPath }
            return Response(document)
        default: return nil
        }
    }

    private var version: JSON {
        let (major, minor) = release.majorMinor
        return [
            "major": .string(major), "minor": .string(minor), "gitVersion": .string(release.version),
            "gitCommit": .string(release.commit), "gitTreeState": "clean", "buildDate": "2026-01-01T00:00:00Z",
            "goVersion": "go1.24.5", "compiler": "gc", "platform": "linux/amd64",
        ]
    }

    /// `kubectl auth can-i` and `whoami`: they send protobuf, and take JSON.
    private func review(_ request: Request, _ identity: Identity) -> Response? {
        guard request.method == "POST" else { return nil }
        switch request.path {
        case "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews":
            return Response(
                [
                    "kind": "SelfSubjectAccessReview", "apiVersion": "authorization.k8s.io/v1", "metadata": [:],
                    "spec": [:], "status": ["allowed": .bool(identity == .admin)],
                ], status: 201)
        case "/apis/authentication.k8s.io/v1/selfsubjectreviews":
            return Response(
                [
                    "kind": "SelfSubjectReview", "apiVersion": "authentication.k8s.io/v1", "metadata": [:],
                    "status": [
                        "userInfo": [
                            "username": .string(identity.userName), "groups": JSON(strings: identity.groups),
                        ]
                    ],
                ], status: 201)
        default: return nil
        }
    }
}

extension EtcdMember {
    /// Answers one request of another member.
    func answer(_ path: String, _ body: JSON) async -> JSON {
        switch path {
        case "/raft/vote": return vote(body)
        case "/raft/append": return append(body)
        case "/raft/snapshot": return install(body)
        case "/raft/propose": return await propose(body)
        case "/raft/read": return await readIndex()
        case "/raft/join":
            guard let name = body["name"].string, let url = body["url"].string else { return [:] }
            return ["ok": .bool((try? await join(name: name, url: url)) != nil)]
        case "/raft/timeout-now":
            guard body["cluster"].string == content.cluster else { return [:] }
            Task { await self.campaign(skippingPreVote: true) }
            return ["ok": true]
        default: return [:]
        }
    }
}
