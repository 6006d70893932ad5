internal import FoundationEssentials
internal import Processes
internal import SystemPackage

/// Asks the API server whether it is ready, several times a second, for as long as it is away.
///
/// By curl with the administrator's credentials where that is known to work: it costs a hundredth of kubectl's start, at
/// a time when a small server has other things to do, and answers more finely.
struct ReadyProbe: Sendable {
    private let kubectl: Kubectl
    /// nil to ask by kubectl.
    private let command: Command?
    private let folder: FilePath

    /// - Parameter folder: for credentials in files of root's own, so that none is on a command line; gone with `end`.
    static func prepared(_ kubectl: Kubectl, in folder: FilePath) async -> ReadyProbe {
        if let access = await access(kubectl), let command = try? access.command(in: folder) {
            let probe = ReadyProbe(kubectl: kubectl, command: command, folder: folder)
            if await probe.isReady() { return probe }
            probe.end()
        }
        return ReadyProbe(kubectl: kubectl, command: nil, folder: folder)
    }

    func isReady() async -> Bool {
        guard let command else { return await kubectl.isReady() }
        return (try? await kubectl.runner.run(command).succeeded) ?? false
    }

    func end() { try? Durable.removeTree(folder) }

    private static func access(_ kubectl: Kubectl) async -> APIAccess? {
        let command = kubectl.command(["config", "view", "--raw", "--minify", "-o", "json"], outputLimit: 256 * 1024)
        guard let result = try? await kubectl.runner.run(command), result.succeeded else { return nil }
        return try? JSONDecoder().decode(APIAccess.self, from: Data(result.output))
    }
}

/// What a kubeconfig with one cluster and one user says of the way to the API (kubectl's `config view --raw`).
package struct APIAccess: Decodable {
    private struct Named<Value: Decodable>: Decodable {
        let value: Value

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Key.self)
            value =
                try container.decodeIfPresent(Value.self, forKey: .cluster)
                ?? container.decode(Value.self, forKey: .user)
        }

        private enum Key: CodingKey { case cluster, user }
    }

    private struct Cluster: Decodable {
        let server: String
        let authority: Data?

        private enum CodingKeys: String, CodingKey {
            case server
            case authority = "certificate-authority-data"
        }
    }

    private struct User: Decodable {
        let certificate: Data?
        let key: Data?
        let token: String?

        private enum CodingKeys: String, CodingKey {
            case certificate = "client-certificate-data"
            case key = "client-key-data"
            case token
        }
    }

    private let clusters: [Named<Cluster>]
    private let users: [Named<User>]

    /// One request for `/readyz`, its credentials in files of `folder`.
    ///
    /// - Returns: nil where the kubeconfig has none that curl could use.
    func command(in folder: FilePath) throws(NodeError) -> Command? {
        guard let cluster = clusters.first?.value, let user = users.first?.value,
            cluster.server.hasPrefix("https://") || cluster.server.hasPrefix("http://")
        else { return nil }
        var options: [String] = []
        try Durable.createFolder(folder, mode: .ownerReadWriteExecute)
        func add(_ option: String, _ name: String, _ text: Data?, prefix: String = "") throws(NodeError) {
            guard let text else { return }
            let file = folder.appending(name)
            try Durable.replace(file, with: Array(text), mode: .ownerReadWrite)
            options += [option, prefix + file.string]
        }
        try add("--cacert", "authority.pem", cluster.authority)
        if let certificate = user.certificate, let key = user.key {
            try add("--cert", "client.pem", certificate)
            try add("--key", "client.key", key)
        } else if let token = user.token {
            try add("--header", "header", Data("Authorization: Bearer \(token)\n".utf8), prefix: "@")
        } else {
            return nil
        }
        return Command(
            .named("curl"),
            ["--disable", "--globoff", "--silent", "--fail", "--max-time", "3", "--output", "/dev/null"] + options
                + ["--", "\(cluster.server)/readyz"],
            deadline: .seconds(5), outputLimit: 1024)
    }
}
