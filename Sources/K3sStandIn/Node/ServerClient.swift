/// A node's way to the servers: one of them at a time, the next when it fails, as K3s' load balancer on an agent does.
@MainActor final class ServerClient {
    private(set) var servers: [Endpoint]
    private var current = 0
    var bearer: String

    init(servers: [Endpoint], bearer: String) { (self.servers, self.bearer) = (servers, bearer) }

    /// Learns of servers; those known before stay in the list.
    func learn(_ urls: [String]) {
        for endpoint in urls.compactMap({ Endpoint($0) }) where !servers.contains(endpoint) { servers.append(endpoint) }
    }

    /// Sends a request to the present server, and to each other one once if it does not answer or has no majority.
    func send(
        _ method: String, _ uri: String, _ body: JSON? = nil, contentType: String = "application/json",
        timeout: Duration = .seconds(5)
    ) async throws(HTTPClient.Failure) -> HTTPClient.Answer {
        var failure = HTTPClient.Failure(description: "no server is known")
        for _ in servers {
            do throws(HTTPClient.Failure) {
                let answer = try await HTTPClient.send(
                    method, servers[current % servers.count], uri, bearer: bearer, body: body, contentType: contentType,
                    timeout: timeout)
                if answer.status < 500 { return answer }
                failure = HTTPClient.Failure(
                    description: "\(method) \(uri): \(answer.status) \(answer.json["message"].string ?? "")")
            } catch {
                failure = error
            }
            current = (current + 1) % servers.count
        }
        throw failure
    }
}
