/// The datastore of one server's start: which kind it is, and how it comes to be.
@MainActor struct Datastore {
    enum Kind: String {
        case sqlite, etcd, external
    }

    let options: NodeOptions
    let store: Store

    private var databases: String { options.dataDirectory + "/server/db" }
    private var etcdDirectory: String { databases + "/etcd" }
    private var stateFile: String { databases + "/state.db" }

    var kind: Kind {
        if options.flags["datastore-endpoint"] != nil { return .external }
        let isEtcd =
            EtcdFiles.arePresent(in: etcdDirectory) || options.flags.isSet("cluster-init")
            || options.flags["server"] != nil
        return isEtcd ? .etcd : .sqlite
    }

    /// Opens it. On etcd the member is returned; it takes part once it is started.
    func open(peerBearer: String) throws -> EtcdMember? {
        try Files.makeDirectory(databases, mode: 0o700)
        switch kind {
        case .sqlite: store.use(try SQLiteBackend(path: stateFile, store: store))
        case .external: store.use(try SQLiteBackend(path: try externalFile(), store: store))
        case .etcd:
            let member = try etcdMember(peerBearer: peerBearer)
            store.use(member)
            return member
        }
        return nil
    }

    /// The file that stands for the database behind `--datastore-endpoint`: one for each endpoint.
    private func externalFile() throws(FileError) -> String {
        let endpoint = options.flags["datastore-endpoint"] ?? ""
        try Files.makeDirectory(options.settings.externalDatastores, mode: 0o700)
        let name = Credentials(token: endpoint).fingerprint
        return "\(options.settings.externalDatastores)/\(name).db"
    }

    private func etcdMember(peerBearer: String) throws -> EtcdMember {
        let files = EtcdFiles(directory: etcdDirectory)
        var content = EtcdFiles.Content()
        if EtcdFiles.arePresent(in: etcdDirectory) {
            content = try files.read()
        } else if options.flags["server"] == nil {
            // A new cluster; a server that was on SQLite takes its objects along, as K3s does.
            if Files.exists(stateFile) {
                let old = Store()
                _ = try SQLiteBackend(path: stateFile, store: old)
                content.state = old.state
            }
            content.cluster = newUID()
            content.members = [options.nodeName: options.advertisedURL]
        }
        let member = try EtcdMember(
            name: options.nodeName, url: options.advertisedURL, content: content, files: files, store: store,
            election: options.settings.election,
            transport: Self.transport(bearer: peerBearer, options.settings.election))
        if Files.exists(stateFile) { try Files.rename(stateFile, to: stateFile + ".migrated") }
        return member
    }

    private static func transport(bearer: String, _ election: Duration) -> EtcdMember.Transport {
        { url, path, body in
            guard let endpoint = Endpoint(url) else { return nil }
            let limit = max(election * 3, .milliseconds(500))
            let answer = try? await HTTPClient.send(
                "POST", endpoint, path, bearer: bearer, body: body, timeout: limit)
            return answer.flatMap { $0.isGood ? $0.json : nil }
        }
    }
}
