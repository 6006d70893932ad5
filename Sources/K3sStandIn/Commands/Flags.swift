/// The flags of one start, from the environment, `config.yaml` and the command line, in K3s' order: the command line
/// wins over the file, the file over the environment; lists add up within the file and the command line.
struct Flags: Sendable, Equatable {
    /// The command line cannot be understood.
    struct Mistake: Error, Equatable, CustomStringConvertible {
        let description: String
    }

    private static let environment = [
        "K3S_TOKEN": "token", "K3S_TOKEN_FILE": "token-file", "K3S_URL": "server", "K3S_NODE_NAME": "node-name",
        "K3S_DATA_DIR": "data-dir", "K3S_DATASTORE_ENDPOINT": "datastore-endpoint", "K3S_CLUSTER_INIT": "cluster-init",
        "K3S_KUBECONFIG_MODE": "write-kubeconfig-mode", "K3S_KUBECONFIG_OUTPUT": "write-kubeconfig",
        "K3S_CLUSTER_RESET": "cluster-reset", "K3S_CONFIG_FILE": "config", "K3S_AGENT_TOKEN": "agent-token",
    ]

    private(set) var values: [String: [String]] = [:]

    /// Environment variables first: they count least.
    init(environment: [String: String]) {
        for (variable, flag) in Self.environment {
            if let value = environment[variable], !value.isEmpty { values[flag] = [value] }
        }
    }

    /// Adds what `config.yaml` says. Returns the keys K3s does not know: it warns of them and goes on.
    mutating func add(config: [String: [String]], isServer: Bool) -> [String] {
        var unknown: [String] = []
        for (key, list) in config {
            let name = FlagTable.aliases[key] ?? key
            if FlagTable.takesValue(name, isServer: isServer) == nil {
                unknown.append(key)
            } else {
                values[name] = list
            }
        }
        return unknown.sorted()
    }

    /// Adds command line arguments; `removed` names flags that this version no longer knows.
    mutating func add(arguments: [String], isServer: Bool, removed: Set<String> = []) throws(Mistake) {
        var given: [String: [String]] = [:]
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            guard argument.hasPrefix("-"), argument.count > 1 else { continue }
            let text = argument.drop { $0 == "-" }
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            let name = FlagTable.aliases[parts[0]] ?? parts[0]
            guard let takesValue = FlagTable.takesValue(name, isServer: isServer), !removed.contains(name) else {
                throw Mistake(description: "flag provided but not defined: -\(parts[0])")
            }
            if parts.count == 2 {
                given[name, default: []].append(parts[1])
            } else if !takesValue {
                given[name] = ["true"]
            } else if let value = rest.popFirst() {
                given[name, default: []].append(value)
            } else {
                throw Mistake(description: "flag needs an argument: -\(parts[0])")
            }
        }
        values.merge(given) { _, last in last }
    }

    /// The last value given.
    subscript(_ name: String) -> String? { values[name]?.last }
    /// Every value given; one value may hold several, separated by commas.
    func list(_ name: String) -> [String] {
        (values[name] ?? []).flatMap { $0.split(separator: ",").map { $0.trimmed } }
    }
    func isSet(_ name: String) -> Bool { self[name].map { $0 != "false" } ?? false }
}
