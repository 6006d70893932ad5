internal import Glibc

/// `k3s agent`: joins a cluster through a server, and is a node of it.
@MainActor struct AgentProcess {
    let options: NodeOptions

    func run() async {
        ProcessLife.endOnSignal(options)
        await ProcessLife.begin(options)
        guard let url = options.flags["server"] else { Log.fatal("--server is required") }
        guard let server = Endpoint(url) else { Log.fatal("Error: invalid server url, failed to parse: \(url)") }
        guard let token = options.token else { Log.fatal("--token is required") }
        Kubelet.checkHost(options)
        let files = NodeFiles(options: options)
        let client = ServerClient(servers: [server], bearer: token)
        client.learn(files.knownServers)
        do {
            let password = try files.nodePassword()
            let answer = await join(client, password: password)
            client.bearer = answer["credentials"].string ?? ""
            client.learn(answer["servers"].elements.compactMap(\.string))
            try files.writeAgentFiles(server: server, servers: client.servers, bearer: client.bearer)
        } catch {
            Log.fatal("\(error)")
        }
        ProcessLife.announceReady(options)
        Log.info("k3s agent is up and running")
        Task { await self.followServers(client, files) }
        await Kubelet(options: options, client: client, isEtcd: false).run()
    }

    /// Asks for admission until it is given: K3s' agents wait for their server for ever, and say why.
    private func join(_ client: ServerClient, password: String) async -> JSON {
        let body: JSON = ["node": .string(options.nodeName), "password": .string(password)]
        while true {
            do {
                let answer = try await client.send("POST", "/v1-k3s/join", body)
                if answer.isGood { return answer.json }
                let why = answer.status == 401 ? "not authorized" : answer.json["message"].string ?? ""
                Log.error("Failed to validate connection to cluster at \(client.servers[0]): \(answer.status): \(why)")
            } catch {
                Log.error("Failed to validate connection to cluster at \(client.servers[0]): \(error)")
            }
            try? await Task.sleep(for: max(options.settings.retry, .milliseconds(10)))
        }
    }

    /// Keeps the list of servers up to date, on disk too.
    private func followServers(_ client: ServerClient, _ files: NodeFiles) async {
        while true {
            if let answer = try? await client.send("GET", "/v1-k3s/apiservers"), answer.isGood {
                let before = client.servers
                client.learn(answer.json.elements.compactMap(\.string))
                if client.servers != before { try? files.writeServers(client.servers) }
            }
            try? await Task.sleep(for: .seconds(5))
        }
    }
}
