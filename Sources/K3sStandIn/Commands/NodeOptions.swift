internal import Glibc

/// Everything one start of `server` or `agent` goes by.
struct NodeOptions: Sendable {
    let isServer: Bool
    let settings: Settings
    let release: Release
    let flags: Flags
    let faults: Set<Fault>

    /// Gathers flags, files and environment. Ends the process if there is a flag it does not know.
    static func gather(isServer: Bool, arguments: [String]) -> NodeOptions {
        let settings = Settings.ofThisHost()
        let release = Release.ofThisProgram()
        let faults = settings.faults(in: release.version)
        var flags = Flags(environment: Self.environment)
        do {
            var commandLine = Flags(environment: [:])
            try commandLine.add(arguments: arguments, isServer: isServer)
            let file = commandLine["config"] ?? flags["config"] ?? settings.root + "/etc/rancher/k3s/config.yaml"
            for key in flags.add(config: ConfigFile.read(file), isServer: isServer) {
                Log.warning("Unknown flag --\(key) found in \(file), skipping")
            }
            let removed = faults.compactMap { fault in
                if case .removedFlag(let name) = fault { return name }
                return nil
            }
            try flags.add(arguments: arguments, isServer: isServer, removed: Set(removed))
        } catch {
            Log.fatal("\(error)")
        }
        return NodeOptions(isServer: isServer, settings: settings, release: release, flags: flags, faults: faults)
    }

    private static var environment: [String: String] {
        let names = [
            "K3S_TOKEN", "K3S_TOKEN_FILE", "K3S_URL", "K3S_NODE_NAME", "K3S_DATA_DIR", "K3S_DATASTORE_ENDPOINT",
            "K3S_CLUSTER_INIT", "K3S_KUBECONFIG_MODE", "K3S_KUBECONFIG_OUTPUT", "K3S_CLUSTER_RESET", "K3S_CONFIG_FILE",
            "K3S_AGENT_TOKEN",
        ]
        return names.reduce(into: [:]) { values, name in values[name] = getenv(name).map { String(cString: $0) } }
    }

    var role: String { isServer ? "server" : "agent" }
    var dataDirectory: String { flags["data-dir"] ?? settings.root + "/var/lib/rancher/k3s" }
    var etcRancher: String { settings.root + "/etc/rancher" }
    var kubeconfig: String { flags["write-kubeconfig"] ?? etcRancher + "/k3s/k3s.yaml" }
    var port: Int { flags["https-listen-port"].flatMap { Int($0) } ?? settings.port }
    var bindAddress: String { flags["bind-address"] ?? "0.0.0.0" }

    var nodeName: String {
        if let name = flags["node-name"] { return name.lowercased() }
        var buffer = [UInt8](repeating: 0, count: 256)
        let found = buffer.withUnsafeMutableBytes { bytes in
            bytes.withMemoryRebound(to: CChar.self) { characters in
                characters.baseAddress.map { gethostname($0, characters.count - 1) } ?? -1
            }
        }
        return found == 0 ? String(decoding: buffer.prefix { $0 != 0 }, as: UTF8.self).lowercased() : "localhost"
    }

    /// The address others reach this node by.
    var nodeIP: String { flags.list("node-ip").first ?? flags["advertise-address"] ?? HostAddress.first ?? "127.0.0.1" }
    /// Where this server is from its own host.
    var ownEndpoint: Endpoint { Endpoint(host: bindAddress == "0.0.0.0" ? "127.0.0.1" : bindAddress, port: port) }
    var advertisedURL: String { "\(Endpoint(host: flags["advertise-address"] ?? nodeIP, port: port))" }

    /// The token given by flag, environment or file; nil if there is none.
    var token: String? {
        flags["token"] ?? flags["token-file"].flatMap { Files.readText($0)?.trimmed }
    }

    var log: RunLog {
        RunLog(path: settings.runLog, version: release.version, role: role, node: nodeName)
    }
}
