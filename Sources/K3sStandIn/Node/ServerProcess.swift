internal import Glibc

/// `k3s server`: datastore, API, controllers and kubelet in one process.
@MainActor struct ServerProcess {
    let options: NodeOptions

    func run() async {
        do {
            try await start()
        } catch {
            Log.fatal("starting kubernetes: preparing server: \(error)")
        }
        while true { try? await Task.sleep(for: .seconds(3600)) }
    }

    private func start() async throws {
        if options.flags["server"] != nil, options.token == nil { Log.fatal("--token is required to join a cluster") }
        let files = NodeFiles(options: options)
        let store = Store()
        let datastore = Datastore(options: options, store: store)
        let member = MemberBox()
        ProcessLife.endOnSignal(options) { await member.etcd?.handOver() }
        await ProcessLife.begin(options)

        let token = try files.serverToken()
        let credentials = Credentials(token: token)
        try files.writeServerFiles(credentials)
        let etcd = try datastore.open(peerBearer: credentials.peer)
        member.etcd = etcd
        Log.info("Using the \(datastore.kind.rawValue) datastore")

        let api = ObjectAPI(
            store: store, log: options.log, podsStopAtOnce: options.settings.podStop == .zero)
        let server = APIServer(api: api, credentials: credentials, release: options.release)
        server.etcd = etcd
        let snapshots = etcd.map { SnapshotStore(etcd: $0, options: options) }
        server.supervisor = Supervisor(api: api, credentials: credentials, snapshots: snapshots, etcd: etcd)
        let listener = HTTPServer { request in await server.respond(to: request) }
        _ = try await listener.listen(host: options.bindAddress, port: options.port)

        if let etcd {
            // K3s removes the member of a node that is deleted.
            store.observe { event in
                guard event.key.resource == Resource.nodes.qualifiedName, event.new == nil else { return }
                Task { await etcd.remove(name: event.key.name) }
            }
            etcd.start()
            if etcd.members.isEmpty { await joinCluster(etcd, token: token) }
        }
        await waitForDatastore(store)
        try await checkBootstrap(store, credentials)
        let seeds = SeedObjects(api: api, options: options)
        try await seeds.create()
        if options.settings.readyzDelay > .zero { try? await Task.sleep(for: options.settings.readyzDelay) }
        server.isReady = true
        ProcessLife.announceReady(options)
        Log.info("k3s is up and running")
        Task { await seeds.createWorkload() }
        try await startNode(api, credentials, isEtcd: etcd != nil, files)
    }

    private func startNode(
        _ api: ObjectAPI, _ credentials: Credentials, isEtcd: Bool, _ files: NodeFiles
    ) async throws {
        Kubelet.checkHost(options)
        let own = options.ownEndpoint
        let bearer = credentials.node(options.nodeName)
        try files.writeAgentFiles(server: own, servers: [own], bearer: bearer)
        let kubelet = Kubelet(options: options, client: ServerClient(servers: [own], bearer: bearer), isEtcd: isEtcd)
        Task { await kubelet.run() }
        ControllerProcess(api: api, options: options, elects: isEtcd || options.settings.leaderElection).start()
    }

    /// Asks a server of the cluster to become a member, until one lets it.
    private func joinCluster(_ etcd: EtcdMember, token: String) async {
        let url = options.flags["server"] ?? ""
        guard let endpoint = Endpoint(url) else { Log.fatal("invalid server url, failed to parse: \(url)") }
        let body: JSON = ["name": .string(etcd.name), "url": .string(etcd.url)]
        while etcd.members[etcd.name] == nil {
            do {
                let answer = try await HTTPClient.send(
                    "POST", endpoint, "/v1-k3s/members", bearer: token, body: body, timeout: .seconds(10))
                if answer.isGood {
                    let seen = etcd.applied.count
                    if etcd.members[etcd.name] == nil { await etcd.applied.wait(past: seen, upTo: .seconds(2)) }
                    continue
                }
                Log.error(
                    "Failed to join the cluster at \(url): \(answer.status) \(answer.json["message"].string ?? "")")
            } catch {
                Log.error("Failed to join the cluster at \(url): \(error)")
            }
            try? await Task.sleep(for: max(options.settings.retry, .milliseconds(10)))
        }
    }

    private func waitForDatastore(_ store: Store) async {
        while true {
            do {
                return try await store.barrier()
            } catch {
                Log.info("Waiting for etcd: \(error)")
                try? await Task.sleep(for: .milliseconds(50))
            }
        }
    }

    /// The bootstrap data is kept under the token's name: another token cannot read it.
    private func checkBootstrap(_ store: Store, _ credentials: Credentials) async throws {
        let known = store.list("bootstrap").map(\.name)
        if known.contains(credentials.fingerprint) { return }
        guard known.isEmpty else {
            Log.fatal(
                "starting kubernetes: preparing server: bootstrap data already found and encrypted with different token"
            )
        }
        let object: JSON = ["metadata": ["name": .string(credentials.fingerprint)]]
        _ = try await store.commit(
            Change(ObjectKey("bootstrap", "", credentials.fingerprint), expecting: .absent, value: object))
    }
}

/// Lets the end of the process find the member that its beginning has not made yet.
@MainActor private final class MemberBox {
    var etcd: EtcdMember?
}
