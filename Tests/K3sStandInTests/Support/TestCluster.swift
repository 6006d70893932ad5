import Glibc

@testable import K3sStandIn

/// Nodes of one cluster on this machine, in a temporary folder that goes with it.
@MainActor final class TestCluster {
    private static var clusters = 0
    /// All delays as short as they can be, but for what a test is about.
    static let quick = [
        "lease-renew": "200ms", "pod-start": "20ms", "pod-stop": "20ms", "job-time": "20ms", "leader-lease": "300ms",
        "retry": "50ms", "election": "600ms", "helm-jobs": "off",
    ]

    let folder: String
    private let number: Int
    private var nodes: [TestNode] = []

    init() throws {
        Self.clusters += 1
        number = Self.clusters
        var template = Array("/tmp/k3s-standin-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw TestFailure("mkdtemp: \(errno)") }
        folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    func node(_ name: String, _ settings: [String: String] = [:]) throws -> TestNode {
        // A loopback address for each node: the pid keeps apart what runs at the same time.
        let pid = getpid()
        let address = "127.\(100 + number % 100).\(pid % 250 + 1).\(nodes.count + 1)"
        try Files.makeDirectory("\(folder)/\(name)")
        let node = TestNode(
            name: name, folder: "\(folder)/\(name)", address: address, log: folder + "/run.log",
            program: try Self.program(), settings: Self.quick.merging(settings) { _, last in last })
        nodes.append(node)
        return node
    }

    /// A single server, ready.
    static func withServer(
        _ settings: [String: String] = [:], _ arguments: [String] = [],
        _ body: @MainActor (TestNode, TestCluster) async throws -> Void
    ) async throws {
        try await run { cluster in
            let server = try cluster.node("server", settings)
            try server.start("server", arguments)
            try await server.waitUntilReady()
            try await body(server, cluster)
        }
    }

    /// Runs `body`, and ends every process it left.
    static func run(_ body: @MainActor (TestCluster) async throws -> Void) async throws {
        let cluster = try TestCluster()
        do {
            try await body(cluster)
        } catch {
            await cluster.end()
            throw error
        }
        await cluster.end()
    }

    private func end() async {
        for node in nodes { try? await node.kill() }
        try? Files.removeTree(folder)
    }

    /// A worker that has registered with that server.
    func worker(
        _ name: String, of server: TestNode, version: String = "v1.34.3+k3s1", _ settings: [String: String] = [:]
    ) async throws -> TestNode {
        let worker = try node(name, settings)
        try worker.start("agent", version: version, environment: worker.joining(server))
        try await eventually("\(name) is Ready; its output: \(worker.output)") {
            try await server.object("node", name).hasCondition("Ready")
        }
        return worker
    }

    // MARK: What the tests run

    /// The program beside this test bundle, or the one K3S_STANDIN names.
    static func program() throws -> String {
        if let path = getenv("K3S_STANDIN") { return String(cString: path) }
        var buffer = [UInt8](repeating: 0, count: 4096)
        let length = buffer.withUnsafeMutableBytes { bytes in
            bytes.withMemoryRebound(to: CChar.self) { text in
                text.baseAddress.map { readlink("/proc/self/exe", $0, text.count) } ?? -1
            }
        }
        let own = String(decoding: buffer.prefix(max(0, length)), as: UTF8.self)
        let candidates = ([own] + CommandLine.arguments).map { Files.directory(of: $0) + "/k3s-standin" }
        guard let found = candidates.first(where: Files.exists) else {
            throw TestFailure("no k3s-standin beside the tests, in \(candidates)")
        }
        return found
    }

    private static var releases: [String: String] = [:]

    /// The program as that release, made once in each run of the tests, beside the program itself.
    static func program(version: String) throws -> String {
        if let path = releases[version] { return path }
        let source = try program()
        let path = "\(Files.directory(of: source))/k3s-standin-releases/k3s-\(version)"
        let bytes = Release.program(try Files.read(source, limit: 1 << 30), withVersion: version, padding: 0)
        try Files.write(bytes, to: path, mode: 0o755)
        releases[version] = path
        return path
    }

    /// A real kubectl, 1.32 or newer: the one KUBECTL names, or the first in PATH.
    nonisolated static func kubectl() throws -> String {
        if let path = getenv("KUBECTL") { return String(cString: path) }
        let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/bin"
        let candidates = path.split(separator: ":").map { "\($0)/kubectl" }
        guard let found = candidates.first(where: { access($0, X_OK) == 0 }) else {
            throw TestFailure("no kubectl: set KUBECTL to one of version 1.32 or newer")
        }
        return found
    }
}

extension TestNode {
    /// The environment by which an agent joins through a server, as the installer writes it.
    func joining(_ server: TestNode) -> [String: String] {
        ["K3S_URL": server.url, "K3S_TOKEN": Files.readText(server.data + "/server/node-token")?.trimmed ?? ""]
    }
}

extension Files {
    /// Removes a folder and what is in it.
    static func removeTree(_ path: String) throws {
        var info = stat()
        guard lstat(path, &info) == 0 else { return }
        guard info.st_mode & S_IFMT == S_IFDIR else { return try remove(path) }
        for name in names(in: path) { try removeTree("\(path)/\(name)") }
        guard rmdir(path) == 0 else { throw FileError("rmdir", path) }
    }
}
