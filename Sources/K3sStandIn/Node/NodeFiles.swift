internal import Glibc
internal import Hashing

/// What K3s keeps on a node's disk beside its datastore.
struct NodeFiles {
    let options: NodeOptions

    /// The cluster's token: the one given, the one on disk, or a new one.
    func serverToken() throws(FileError) -> String {
        if let token = options.token { return token }
        if let known = Files.readText(options.dataDirectory + "/server/token")?.trimmed, !known.isEmpty { return known }
        return try Self.random()
    }

    /// What a server leaves for people and for joining nodes: tokens, credentials, the administrator's kubeconfig.
    func writeServerFiles(_ credentials: Credentials) throws(FileError) {
        let server = options.dataDirectory + "/server"
        try Files.makeDirectory(server, mode: 0o700)
        for name in ["token", "node-token", "agent-token"] {
            try Files.write(credentials.fullToken + "\n", to: "\(server)/\(name)", mode: 0o600)
        }
        try Files.write(credentials.certificate, to: server + "/tls/server-ca.crt", mode: 0o644)
        let kubeconfig = Self.kubeconfig(options.ownEndpoint, token: credentials.admin)
        try Files.write(kubeconfig, to: server + "/cred/admin.kubeconfig", mode: 0o600)
        let mode = options.flags["write-kubeconfig-mode"].flatMap { mode_t($0, radix: 8) } ?? 0o600
        try Files.write(kubeconfig, to: options.kubeconfig, mode: mode)
    }

    /// What an agent leaves: its kubelet's kubeconfig, and the servers it knows.
    func writeAgentFiles(server: Endpoint, servers: [Endpoint], bearer: String) throws(FileError) {
        let agent = options.dataDirectory + "/agent"
        let kubeconfig = Self.kubeconfig(server, token: bearer)
        try Files.write(kubeconfig, to: agent + "/kubelet.kubeconfig", mode: 0o600)
        try writeServers(servers)
    }

    private var serversFile: String { options.dataDirectory + "/agent/etc/k3s-agent-load-balancer.json" }

    func writeServers(_ servers: [Endpoint]) throws(FileError) {
        let list: JSON = ["ServerAddresses": JSON(strings: servers.map { "\($0)" })]
        try Files.write(list.bytes, to: serversFile, mode: 0o600)
    }

    /// The servers an agent knew before it was restarted.
    var knownServers: [String] {
        guard let bytes = try? Files.read(serversFile), let list = try? JSON(parsing: bytes) else { return [] }
        return list["ServerAddresses"].elements.compactMap(\.string)
    }

    /// The hash of this node's password; the password is made when there is none.
    func nodePassword() throws(FileError) -> String {
        let path = options.etcRancher + "/node/password"
        if let known = Files.readText(path)?.trimmed, !known.isEmpty { return SHA256.hex(of: Array(known.utf8)) }
        let new = try Self.random()
        try Files.write(new + "\n", to: path, mode: 0o600)
        return SHA256.hex(of: Array(new.utf8))
    }

    private static func random() throws(FileError) -> String {
        var bytes = [UInt8](repeating: 0, count: 16)
        guard getentropy(&bytes, bytes.count) == 0 else { throw FileError("getentropy", "") }
        return bytes.hexadecimal
    }

    /// kubectl sends tokens over TLS only: over the lab's plain HTTP, Basic credentials in the URL carry the same.
    private static func kubeconfig(_ server: Endpoint, token: String) -> String {
        """
        apiVersion: v1
        clusters:
        - cluster:
            server: http://token:\(Credentials.encoded(token))@\(server.host):\(server.port)
          name: default
        contexts:
        - context:
            cluster: default
            user: default
          name: default
        current-context: default
        kind: Config
        users:
        - name: default
          user:
            token: \(token)

        """
    }
}
