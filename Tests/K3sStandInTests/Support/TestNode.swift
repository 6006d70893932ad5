import Glibc
import Subprocess
import SystemPackage

@testable import K3sStandIn

/// One node on this machine: a folder for its files, a loopback address of its own, and the program.
@MainActor final class TestNode {
    struct Result {
        let status: Int
        let output: String
        let error: String
        var json: JSON { (try? JSON(parsing: output)) ?? .null }
    }

    let name: String
    let address: String
    let folder: String
    let log: String
    private(set) var process: ChildProcess?
    private let program: String
    private var token: String?
    var settings: [String: String]
    var faults: [String] = []

    init(name: String, folder: String, address: String, log: String, program: String, settings: [String: String]) {
        (self.name, self.folder, self.address, self.log) = (name, folder, address, log)
        (self.program, self.settings) = (program, settings)
    }

    var url: String { "https://\(address):6443" }
    var data: String { folder + "/var/lib/rancher/k3s" }
    var output: String { Files.readText(folder + "/output") ?? "" }
    var environment: [String: String] {
        [
            "K3S_STANDIN_CONFIG": folder + "/config", "KUBECACHEDIR": folder + "/cache", "PATH": "/usr/bin:/bin",
            "HOME": folder,
        ]
    }
    /// Writes the configuration; it is read at the next start.
    func configure() throws {
        var lines = [
            "root=\(folder)", "log=\(log)", "kubectl=\(try TestCluster.kubectl())",
            "external-datastores=\(folder)/external",
        ]
        lines += settings.map { "\($0)=\($1)" } + faults.map { "fault=\($0)" }
        try Files.write(lines.joined(separator: "\n") + "\n", to: folder + "/config", mode: 0o600)
    }

    /// Starts `server` or `agent` in that version, without waiting for anything.
    func start(
        _ role: String, version: String = "v1.34.3+k3s1", _ arguments: [String] = [],
        environment more: [String: String] = [:]
    ) throws {
        try configure()
        let file = try TestCluster.program(version: version)
        let own = ["--node-name", name, "--node-ip", address] + (role == "server" ? ["--bind-address", address] : [])
        process = try ChildProcess(
            [file, role] + own + arguments, environment: environment.merging(more) { _, last in last },
            output: folder + "/output")
    }

    /// Ends the program as systemd would.
    func stop() async throws {
        process?.signal(SIGTERM)
        try await process?.waitForEnd()
    }

    func kill() async throws {
        process?.signal(SIGKILL)
        try await process?.waitForEnd()
    }

    /// Runs another command of the program to its end.
    func run(_ arguments: [String], environment more: [String: String] = [:]) async throws -> Result {
        let values = environment.merging(more) { _, last in last }
        let pairs = values.map { (Environment.Key(stringLiteral: $0), $1) }
        let result = try await Subprocess.run(
            .path(FilePath(program)), arguments: Arguments(arguments),
            environment: .custom(Dictionary(uniqueKeysWithValues: pairs)), output: .string(limit: 1 << 24),
            error: .string(limit: 1 << 20))
        var status = -1
        if case .exited(let code) = result.terminationStatus { status = Int(code) }
        return Result(status: status, output: result.standardOutput, error: result.standardError)
    }

    func kubectl(_ arguments: String...) async throws -> Result { try await run(["kubectl"] + arguments) }

    /// Creates an object through `kubectl create -f`; kubectl's own words about what went wrong, or nil.
    func create(_ object: JSON) async throws -> String? {
        let file = "\(folder)/object-\(object.name).json"
        try Files.write(object.bytes, to: file, mode: 0o600)
        let result = try await kubectl("create", "-f", file)
        return result.status == 0 ? nil : result.error
    }

    /// Creates a ConfigMap of that name.
    func createConfigMap(_ name: String) async throws -> String? {
        try await create([
            "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": .string(name), "namespace": "default"],
            "data": ["a": "b"],
        ])
    }

    /// One object as JSON; null if it cannot be had.
    func object(_ arguments: String...) async throws -> JSON { try await object(arguments) }

    func object(_ arguments: [String]) async throws -> JSON {
        try await run(["kubectl", "get"] + arguments + ["-o", "json"]).json
    }

    /// A bare HTTP request with the administrator's credentials, or others.
    func http(_ method: String, _ uri: String, body: JSON? = nil, bearer: String?) async throws -> HTTPClient.Answer {
        try await HTTPClient.send(
            method, Endpoint(host: address, port: 6443), uri, bearer: bearer, body: body, timeout: .seconds(20))
    }

    var credentials: Credentials { Credentials(token: Files.readText(data + "/server/token")?.trimmed ?? "") }

    func waitUntilReady() async throws {
        let credentials = { self.credentials.admin }
        try await eventually("\(name) is ready; its output: \(output)") {
            (try? await self.http("GET", "/readyz", bearer: credentials()).status) == 200
        }
    }

    /// What the run log holds about this node: the events' names, in order.
    var events: [JSON] {
        let text = Files.readText(log) ?? ""
        return text.split(separator: "\n").compactMap { try? JSON(parsing: String($0)) }.filter {
            $0["node"].string == name
        }
    }
}
