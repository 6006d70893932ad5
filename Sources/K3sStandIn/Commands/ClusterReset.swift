internal import Glibc

/// `k3s server --cluster-reset`: makes this server the only member of its cluster, from a snapshot if one is named.
/// It runs outside the unit, with nothing but its own arguments.
@MainActor struct ClusterReset {
    let options: NodeOptions

    func run() -> Never {
        do {
            try reset()
        } catch {
            Log.fatal("starting kubernetes: preparing server: \(error)")
        }
        Log.info(
            "Managed etcd cluster membership has been reset, restart without --cluster-reset flag now. Backup and delete"
                + " ${datadir}/server/db on each peer etcd server and rejoin the nodes")
        exit(0)
    }

    private func reset() throws {
        if options.flags["server"] != nil {
            Log.fatal(
                "Error: cannot perform cluster-reset while server URL is set - remove server from configuration before resetting"
            )
        }
        let server = options.dataDirectory + "/server"
        let etcd = server + "/db/etcd"
        let restored = options.flags["cluster-reset-restore-path"]
        guard let token = options.token ?? Files.readText(server + "/token")?.trimmed else {
            throw DatastoreError(
                message: "\(server)/token does not exist, please pass --token to complete the restoration")
        }
        guard restored != nil || EtcdFiles.arePresent(in: etcd) else {
            throw DatastoreError(message: "cluster-reset needs etcd, or a snapshot to restore")
        }
        try refuseWhileRunning()
        options.log.append("cluster-reset", ["snapshot": restored.map(JSON.string) ?? .null])
        var content: EtcdFiles.Content
        if let path = restored {
            guard Files.exists(path) else {
                throw DatastoreError(message: "etcd: snapshot path does not exist: \(path)")
            }
            let database = try Snapshot.database(ofSnapshot: Files.read(path, limit: 1 << 30))
            content = try EtcdFiles.content(of: Snapshot.payload(of: database))
        } else {
            content = try EtcdFiles(directory: etcd).readCommitted()
        }
        let tokens = content.state.list("bootstrap").map(\.name)
        guard tokens.isEmpty || tokens.contains(Credentials(token: token).fingerprint) else {
            throw DatastoreError(message: "bootstrap data already found and encrypted with different token")
        }
        if Files.exists(etcd) { try Files.rename(etcd, to: "\(etcd)-old-\(Timestamp.now.seconds)") }
        content.cluster = newUID()
        content.members = [options.nodeName: options.advertisedURL]
        content.vote = ""
        try EtcdFiles(directory: etcd).write(content)
        try Files.write(token + "\n", to: server + "/token", mode: 0o600)
        try Files.write("", to: server + "/db/reset-flag", mode: 0o600)
    }

    /// A server that still runs on this data would write over what is done here.
    private func refuseWhileRunning() throws {
        let file = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard file >= 0 else { throw FileError("socket", "") }
        defer { close(file) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(options.port).bigEndian
        inet_pton(AF_INET, options.bindAddress, &address.sin_addr)
        var reuse: Int32 = 1
        setsockopt(file, SOL_SOCKET, SO_REUSEADDR, &reuse, socklen_t(MemoryLayout<Int32>.size))
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(file, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        if bound != 0 {
            throw DatastoreError(
                message: "listen tcp \(options.bindAddress):\(options.port): bind: address already in use")
        }
    }
}
